// What a server of a dialect does with the signals of several clients, which are real processes.
import { constants } from 'node:os';
import type { NativeDialectServer } from '../../lib/binding/dialects.js';
import { encode, signalOfStep } from '../../lib/dialects/encode.js';
import { parseDialect } from '../../lib/dialects/parse.js';
import { createReception } from '../../lib/dialects/server/reception.js';
import type { RecordBatch } from '../../lib/signals/internal/record.js';
import { Process, sleep } from '../support/processes.js';

const { SIGUSR1, SIGUSR2 } = constants.signals;
const SI_TKILL = -6;
const classic = parseDialect('classic');
const stepsOf = (text: string) =>
  [...encode(classic, Buffer.from(text))].flatMap((piece) => [...piece]);

/** Catches both signals, and prints a line for what it gets. */
async function startCatching(): Promise<Process> {
  const shell = new Process('sh', [
    '-c',
    'trap "echo usr1" USR1; trap "echo usr2" USR2; echo ready; while :; do sleep 0.02; done',
  ]);
  await shell.until(({ text }) => text.includes('ready'));
  return shell;
}

function receive() {
  const done: string[] = [];
  const native = {
    admit: () => 0,
    gather: () => 0,
    dismiss: () => 0,
    setPlain(pid: number, plain: number) {
      done.push(`plain ${pid} ${plain === 0 ? 0 : 'all'}`);
      return 0;
    },
  } as unknown as NativeDialectServer;
  const reception = createReception({
    dialect: classic,
    native,
    uids: undefined,
    maxMessage: 100,
    idleTimeout: 1000,
    deliver: ({ text }) => done.push(`message ${text}`),
    partial: ({ reason }) => done.push(`partial ${reason}`),
  });
  /** Signals that the handler did not acknowledge. */
  const take = (pid: number, steps: readonly number[], code = 0) =>
    steps.map((step) =>
      reception.take(
        {
          pid: () => pid,
          uid: () => 0,
          code: () => code,
          tag: () => 0,
          time: () => process.hrtime.bigint(),
          signo: () => (signalOfStep(step) === 1 ? SIGUSR1 : SIGUSR2),
        } as unknown as RecordBatch,
        0,
      ),
    );
  return { reception, take, done };
}

test('a message that is whole out of turn is acknowledged all the same', async () => {
  const [holder, other] = [await startCatching(), await startCatching()];
  const { take, done } = receive();
  take(holder.pid, stepsOf('a').slice(0, 1));
  take(other.pid, stepsOf('b').slice(0, 15));
  await sleep(100);
  expect(other.text).toBe('ready\n');
  take(other.pid, stepsOf('b').slice(15));
  await other.until(({ text }) => text.includes('usr1'));
  expect(done).toEqual([`plain ${holder.pid} all`, 'message b']);
});

test('a server that leaves gives nobody the turn any more', async () => {
  const [holder, other] = [await startCatching(), await startCatching()];
  const { reception, take, done } = receive();
  take(holder.pid, stepsOf('a').slice(0, 1));
  take(other.pid, stepsOf('b').slice(0, 1));
  reception.abandon();
  await holder.end('SIGKILL');
  reception.lookAround(process.hrtime.bigint());
  reception.lookAround(process.hrtime.bigint());
  await sleep(100);
  expect(other.text).toBe('ready\n');
  expect(done.filter((each) => each.endsWith('all'))).toEqual([`plain ${holder.pid} all`]);
  expect(done.filter((each) => each.startsWith('partial'))).toEqual([
    'partial closing',
    'partial closing',
  ]);
  expect(take(other.pid, stepsOf('b').slice(1, 2))).toEqual([true]);
});

test('what did not come by kill, or from nobody, or from ourselves, is no bit', async () => {
  const client = await startCatching();
  const { reception, take } = receive();
  const [step] = stepsOf('a') as [number];
  expect(take(client.pid, [step], SI_TKILL)).toEqual([false]);
  expect(take(0, [step])).toEqual([false]);
  expect(take(process.pid, [step])).toEqual([false]);
  expect(reception.clients).toBe(0);
});
