// Two clients that send to the stranger's server in turns, a signal each. Who is not answered waits, as a client does;
// the next signal goes when the last one was taken. So no two signals merge, whatever the server does.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Dialect, type Signal, tellsEnd } from '../../../dialects/dialect.js';
import { awaitedOf, type Step, signalOfStep } from '../../../dialects/encode.js';
import type { Server } from '../programs.js';
import { stepsOf } from './framings.js';
import { isTaken } from './taken.js';

/** Another client's message may be done, or given up, by then. */
const TURN_MS = 3000;
const ANSWER_MS = 100;

export interface Sender {
  readonly received: readonly Signal[];
  send(signal: Signal): Promise<void> | void;
}

interface Client {
  readonly sender: Sender;
  readonly steps: readonly Step[];
  sent: number;
  /** How many answers had come before its last signal. */
  heard: number;
}

/** Whether what becomes of two texts tells anything: one must be told from the next. */
export function canDriveByTwo(dialect: Dialect): boolean {
  return tellsEnd(dialect);
}

/** @param senders each with its text */
export async function driveByTwo(
  server: Server,
  dialect: Dialect,
  senders: readonly (readonly [Sender, string])[],
): Promise<void> {
  const clients = senders.map(([sender, text]) => ({
    sender,
    steps: stepsOf(dialect, text),
    sent: 0,
    heard: 0,
  }));
  const somebody = () => clients.some(isReady);
  while (await until(somebody, TURN_MS, () => clients.every(isDone))) {
    for (const client of clients.filter(isReady)) {
      if (!(await sendNext(server, client))) return;
    }
  }
}

/** Whether the server took it. */
async function sendNext({ stranger }: Server, client: Client): Promise<boolean> {
  const step = client.steps[client.sent] as Step;
  client.heard = client.sender.received.length;
  client.sent += 1;
  await client.sender.send(signalOfStep(step));
  if (!(await isTaken(stranger))) return false;
  await until(
    () => isReady(client),
    ANSWER_MS,
    () => isDone(client),
  );
  return true;
}

function isDone({ steps, sent }: Client): boolean {
  return sent === steps.length;
}

/** Whether its last signal was answered as it wants it; another answer alone refuses it. */
function isReady(client: Client): boolean {
  const { sender, steps, sent, heard } = client;
  if (isDone(client)) return false;
  const awaited = sent === 0 ? [] : awaitedOf(steps[sent - 1] as Step);
  return awaited.length === 0 || awaited.some((each) => sender.received.includes(each, heard));
}

/** Whether it came true within `ms`, and before there was no use in waiting. */
async function until(
  condition: () => boolean,
  ms: number,
  isVain: () => boolean,
): Promise<boolean> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (isVain() || performance.now() > end) return false;
    await sleep(1);
  }
  return true;
}
