// Several clients at once.
import { type Finding, failed, passed, skipped } from '../../finding.js';
import { type Assistant, startAssistant } from '../assistant.js';
import { quoted } from '../compare.js';
import { correspondWith } from '../dialect/correspondence.js';
import { canDriveByTwo, driveByTwo } from '../dialect/drive-by-two.js';
import { mixtureIn } from '../mixture.js';
import type { Programs, Server } from '../programs.js';
import { type Exit, howEnded } from '../stranger.js';
import { nextText } from './disturbances.js';

const PRINT_MS = 500;
const MIXED =
  'the server keeps one byte and one bit counter for all clients, or none. Look at si_pid: take one client at a time, and answer the others when it is their turn; or keep a state for each';
const STUCK =
  'the server waits for a client that is gone, or keeps its bits: begin anew when si_pid is gone (kill(pid, 0)), or silent for a second';
const NOT_ITS_OWN =
  'a client takes any signal for its acknowledgement, or the server answers whoever came last: look at si_pid';
const UNKNOWN = 'the dialect is not known, see there';

/** Two clients of ours, so slow that no signals merge: what is wrong then is the server's. */
export async function two(programs: Programs): Promise<Finding> {
  const { dialect } = await programs.investigation();
  if (dialect === undefined) return skipped(UNKNOWN);
  if (!canDriveByTwo(dialect)) return skipped('nothing ends a text: two cannot be told apart');
  const server = await programs.startServer();
  const first = correspondWith(() => server.stranger);
  let second: Assistant | undefined;
  try {
    second = await startAssistant({ target: server.pid });
    const texts = ['<the first>', '<the other>'] as const;
    await driveByTwo(server, dialect, [
      [first, texts[0]],
      [second, texts[1]],
    ]);
    return await judgeTwo(server, texts, dialect.ack !== undefined);
  } finally {
    first.close();
    await second?.end();
  }
}

async function judgeTwo(
  server: Server,
  texts: readonly [string, string],
  isAcknowledged: boolean,
): Promise<Finding> {
  await server.stranger.until(() => texts.every(isIn(server)), PRINT_MS);
  const { ended } = server.stranger;
  if (ended !== undefined) return failed(`the server ended: ${howEnded(ended)}`);
  const mixed = mixtureIn(server.printed(), texts, texts);
  if (mixed !== undefined) return failed(`mixed: ${quoted(mixed)}`, MIXED);
  const exact = texts.filter(isIn(server)).length;
  if (exact === 2) return passed('both texts are exact');
  if (exact === 1 && isAcknowledged) {
    return passed('one text is exact; the other client was told to wait, or not answered');
  }
  if (exact === 1) {
    return failed(
      'one text is exact, the other one is lost, and its client cannot know',
      'keep a state for each si_pid, or answer each bit, so that a client can wait',
    );
  }
  return failed('neither text came through', MIXED);
}

/** By the programs' own clients, whose signals merge now and then. */
export function crowd(count: number, limit: number) {
  return async (programs: Programs): Promise<Finding> => {
    const { dialect } = await programs.investigation();
    if (dialect === undefined) return skipped(UNKNOWN);
    if (dialect.ack?.of !== 'bit') {
      return skipped('bits are not acknowledged: those of several clients merge in any server');
    }
    const server = await programs.startServer();
    const texts = Array.from({ length: count }, (_, i) => `<client ${i}: ${'abc'.repeat(100)}>`);
    const clients = texts.map((text) => programs.startClient([String(server.pid), text]));
    const end = performance.now() + limit;
    const exits = await Promise.all(
      clients.map((client) => client.exitWithin(Math.max(0, end - performance.now()))),
    );
    await server.stranger.until(() => texts.every(isIn(server)), PRINT_MS);
    await Promise.all(clients.map((client) => client.end()));
    const finding = judgeCrowd(server, texts, exits);
    if (finding.verdict !== 'passed') return finding;
    const next = await nextText(programs, server, STUCK);
    return next.verdict === 'passed'
      ? finding
      : failed(`${finding.seen}; ${next.seen}`, next.cause);
  };
}

function judgeCrowd(
  server: Server,
  texts: readonly string[],
  exits: readonly (Exit | undefined)[],
): Finding {
  const { ended } = server.stranger;
  if (ended !== undefined) return failed(`the server ended: ${howEnded(ended)}`);
  const whole = texts.filter(isIn(server)).length;
  const count = `${whole} of ${texts.length} texts are exact`;
  const succeeded = texts.filter((_, i) => exits[i]?.code === 0);
  // A client whose signal merged with another's waits in vain: what it had sent is a beginning.
  const cut = texts.filter((text) => !succeeded.includes(text));
  const mixed = mixtureIn(server.printed(), texts, cut);
  if (mixed !== undefined) return failed(`${count}; mixed: ${quoted(mixed)}`, MIXED);
  const lies = succeeded.filter((text) => !isIn(server)(text)).length;
  if (lies > 0) {
    return failed(
      `${count}; ${lies} clients ended with exit code 0, and their texts are not there`,
      NOT_ITS_OWN,
    );
  }
  if (whole === texts.length) return passed(count);
  return passed(
    `no text is mixed with another; ${count}, and the other clients waited in vain: a signal of theirs merged with another's, as in any server`,
  );
}

function isIn(server: Server): (text: string) => boolean {
  return (text) => server.printed().includes(text);
}
