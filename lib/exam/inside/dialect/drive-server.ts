// A client against the stranger's server: each framing in turn, until the known text is printed. It needs no answer:
// the next signal goes when the last one has been taken, which /proc tells.
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Signal } from '../../../dialects/dialect.js';
import type { Programs, Server } from '../programs.js';
import { type Correspondence, correspondWith } from './correspondence.js';
import type { Framing } from './framings.js';
import { isTaken } from './taken.js';

/** Whether it answers at all is seen at the first signals. */
const FIRST_ANSWER_MS = 60;
const ANSWER_MS = 300;
const END_MS = 250;

export interface ServerRecord {
  /** The one whose text was printed. */
  readonly framing: Framing | undefined;
  /** What it answered to each signal; the last one's are those after the text, too. */
  readonly answers: readonly (readonly Signal[])[];
  /** Whether it answered to anything, in any framing. */
  readonly everAnswered: boolean;
  /** Whether it took the signals. */
  readonly takes: boolean;
  readonly others: ReadonlySet<string>;
  /** Ended by one of them. */
  readonly hasEnded: boolean;
}

export async function driveServer(
  programs: Programs,
  framings: readonly Framing[],
  text: string,
): Promise<ServerRecord> {
  let last: ServerRecord | undefined;
  let everAnswered = false;
  for (const framing of framings) {
    const record = await driveWith(framing, programs, text);
    everAnswered ||= record.everAnswered;
    last = { ...record, everAnswered };
    if (record.framing !== undefined || record.hasEnded || !record.takes) break;
  }
  return last as ServerRecord;
}

async function driveWith(
  framing: Framing,
  programs: Programs,
  text: string,
): Promise<ServerRecord> {
  const server = await programs.startServer();
  const correspondence = correspondWith(() => server.stranger);
  try {
    const answers = await sendAll(framing.signals, server, correspondence);
    const isPrinted = await server.stranger.until(() => server.printed().includes(text), END_MS);
    await sleep(END_MS); // for what it says behind the text
    const heard = answers.flat().length;
    answers.at(-1)?.push(...correspondence.received.slice(heard));
    return {
      framing: isPrinted ? framing : undefined,
      answers,
      everAnswered: correspondence.received.length > 0,
      takes: answers.length === framing.signals.length,
      others: correspondence.others,
      hasEnded: server.stranger.ended !== undefined,
    };
  } finally {
    await server.stranger.end();
    correspondence.close();
  }
}

/** Returns what was answered to each; fewer than were to be sent: it took no more. */
async function sendAll(
  signals: readonly Signal[],
  { stranger }: Server,
  correspondence: Correspondence,
): Promise<Signal[][]> {
  const answers: Signal[][] = [];
  let heard = 0;
  for (const [i, signal] of signals.entries()) {
    correspondence.send(signal);
    if (!(await isTaken(stranger))) break;
    // One that answered to the first ones answers to the others, too.
    const isAnswering = i > 2 && heard >= i - 1;
    if (i <= 2 || isAnswering) {
      await correspondence.more(heard, isAnswering ? ANSWER_MS : FIRST_ANSWER_MS);
    } else {
      await nextTurn();
    }
    answers.push(correspondence.received.slice(heard));
    heard = correspondence.received.length;
  }
  return answers;
}
