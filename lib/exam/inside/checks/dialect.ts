// What the two ends say to each other.
import type { Dialect } from '../../../dialects/dialect.js';
import { formatDialect } from '../../../dialects/format.js';
import { presets } from '../../../dialects/presets.js';
import { catchesUserSignals } from '../../../signals/internal/proc.js';
import { type Finding, failed, passed } from '../../finding.js';
import type { ServerRecord } from '../dialect/drive-server.js';
import type { ClientRecord } from '../dialect/record-client.js';
import { statusOf } from '../process-state.js';
import type { Programs } from '../programs.js';

interface Fault {
  readonly seen: string;
  readonly cause: string;
}

export async function dialect(programs: Programs): Promise<Finding> {
  const { client, server, dialect } = await programs.investigation();
  const faults = [
    faultOfClient(client),
    faultOfServer(server),
    differenceOf(client, server),
  ].filter((each) => each !== undefined);
  if (faults.length > 0 || dialect === undefined) {
    const found = dialect === undefined ? [] : [`the server speaks ${formatDialect(dialect)}`];
    return failed(
      [...faults.map(({ seen }) => seen), ...found].join('; '),
      faults.map(({ cause }) => cause).join('; '),
    );
  }
  const preset = presetLike(dialect);
  return passed(`${formatDialect(dialect)}${preset ? ` (${preset})` : ''}`);
}

/** But for what cannot be told from outside. */
function presetLike(dialect: Dialect): string | undefined {
  const spec = formatDialect({ ...dialect, busy: undefined, gap: undefined });
  const same = presets.find(
    (each) => formatDialect({ ...each.dialect, busy: undefined, gap: undefined }) === spec,
  );
  return same?.name;
}

function differenceOf({ framing }: ClientRecord, server: ServerRecord): Fault | undefined {
  if (framing === undefined || server.framing === undefined) return undefined;
  if (framing.dialect === server.framing.dialect) return undefined;
  return {
    seen: `the client speaks ${formatDialect(framing.dialect)}, the server ${formatDialect(server.framing.dialect)}`,
    cause:
      'the two do not agree on the order of bits, the signal of a 1, or what stands around a text',
  };
}

function faultOfClient({
  framing,
  extra,
  received,
  hasEnded,
  answered,
  answers,
}: ClientRecord): Fault | undefined {
  if (framing !== undefined && extra === 0) return undefined;
  if (received.length === 0) {
    return { seen: 'the client sent nothing', cause: 'it must signal the PID that it is given' };
  }
  if (framing !== undefined && extra > 0) {
    return {
      seen: `the client sent ${extra} signals more than the text has`,
      cause:
        'it sends some bits again: an answer that comes late is no reason to, since the server cannot tell',
    };
  }
  if (framing !== undefined || hasEnded) {
    return {
      seen: `the client ended after ${received.length} signals came${extra < 0 ? `, ${-extra} too few` : ''}`,
      cause:
        'it sends the next bit before the last one was taken, and signals of one number merge: sleep longer, or better, wait for an answer to each',
    };
  }
  return {
    seen: `the client sent ${received.length} signals, and then waits, though each was answered by ${answered}`,
    cause: answers
      ? 'kill() and then pause(): an answer that comes between is lost, and pause() waits for ever. Block both signals before kill(), and wait by sigsuspend()'
      : 'it waits for something that no answer of SIGUSR1 or SIGUSR2 is',
  };
}

function faultOfServer({
  framing,
  everAnswered,
  takes,
  hasEnded,
}: ServerRecord): Fault | undefined {
  if (framing !== undefined) return undefined;
  if (hasEnded) {
    return {
      seen: 'the server ended at a signal, or at the end of a text',
      cause: 'it does not catch the signals, or it crashes: run it under valgrind',
    };
  }
  if (!takes) {
    return {
      seen: 'the server takes no signal after a few',
      cause: 'it blocks them, or waits in its handler for something else',
    };
  }
  return everAnswered
    ? {
        seen: 'the server answers, and printed no text that was tried',
        cause: 'it loses bits, or counts some twice',
      }
    : {
        seen: 'the server took all signals, and neither answered nor printed',
        cause: 'its handlers do nothing with them',
      };
}

export async function acknowledged(programs: Programs): Promise<Finding> {
  const { server } = await programs.investigation();
  if (server.framing === undefined) return failed('no text came through: see the dialect');
  const count = server.answers.flat().length;
  return count > 0
    ? passed(`${count} signals for a text of 8 characters`)
    : failed('it sent its client no signal', 'kill(info->si_pid, SIGUSR1) once the text is whole');
}

/** 32 and 33 are the C library's own. */
const realtime = Array.from({ length: 31 }, (_, i) => 34 + i);

export async function signals(programs: Programs): Promise<Finding> {
  const { client, server } = await programs.investigation();
  const others = [...new Set([...client.others, ...server.others])];
  const cause = 'the subject allows these two alone';
  if (others.length > 0) return failed(`${others.join(', ')} came, too`, cause);
  const { pid } = await programs.startServer();
  const status = statusOf(pid);
  if (status && realtime.some(status.catches)) {
    return failed('the server catches a realtime signal', cause);
  }
  if (status && !catchesUserSignals(status)) {
    return failed('the server does not catch both', 'sigaction() for SIGUSR1 and for SIGUSR2');
  }
  return passed('no other was seen');
}
