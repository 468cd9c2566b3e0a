// The stranger's client against a recorder that tries answers until the known text has come through.
import type { Signal } from '../../../dialects/dialect.js';
import type { Programs } from '../programs.js';
import { type Correspondence, correspondWith } from './correspondence.js';
import { type Framing, framingOf, nearlyFramingOf } from './framings.js';

/** A client is said to wait for an answer after that long. */
const SILENCE_MS = 300;

/** What the recorder answers to the i-th signal. */
interface Answers {
  readonly name: string;
  readonly to: (signal: Signal, i: number) => Signal | undefined;
}

const tries: readonly Answers[] = [
  { name: 'nothing', to: () => undefined },
  { name: 'SIGUSR1', to: () => 1 },
  { name: 'SIGUSR2', to: () => 2 },
  { name: 'the same signal', to: (signal) => signal },
  { name: 'SIGUSR1 to the first, then SIGUSR2', to: (_, i) => (i === 0 ? 1 : 2) },
  { name: 'SIGUSR2 to the first, then SIGUSR1', to: (_, i) => (i === 0 ? 2 : 1) },
];

export interface ClientRecord {
  /** What was answered when the text came through, or most signals did. */
  readonly answered: string;
  readonly answers: boolean;
  readonly received: readonly Signal[];
  readonly framing: Framing | undefined;
  /** Signals too many, or, below 0, too few. */
  readonly extra: number;
  /** Whether the client had ended by then. */
  readonly hasEnded: boolean;
  readonly others: ReadonlySet<string>;
}

export async function recordClient(
  programs: Programs,
  framings: readonly Framing[],
  text: string,
): Promise<ClientRecord> {
  let best: ClientRecord | undefined;
  for (const answers of tries) {
    const record = await recordWith(answers, programs, framings, text);
    if (record.framing !== undefined && record.extra === 0) return record;
    if (best === undefined || record.received.length > best.received.length) best = record;
  }
  return best as ClientRecord;
}

async function recordWith(
  answers: Answers,
  programs: Programs,
  framings: readonly Framing[],
  text: string,
): Promise<ClientRecord> {
  const correspondence: Correspondence = correspondWith(
    () => client,
    (signal, i) => {
      const answer = answers.to(signal, i);
      if (answer !== undefined) correspondence.send(answer);
    },
  );
  const client = programs.startClient([String(process.pid), text]);
  try {
    const { received, others } = correspondence;
    while (await correspondence.more(received.length, SILENCE_MS)) {
      // Its next one may end the silence.
    }
    const exact = framingOf(framings, received);
    const near = exact === undefined ? nearlyFramingOf(framings, received) : undefined;
    return {
      answered: answers.name,
      answers: answers.to(1, 0) !== undefined,
      received: [...received],
      framing: exact ?? near?.framing,
      extra: near?.extra ?? 0,
      hasEnded: client.ended !== undefined,
      others,
    };
  } finally {
    await client.end();
    correspondence.close();
  }
}
