import { Worker } from 'node:worker_threads';
import { binding } from '../../lib/binding/minitalk.js';
import { acquireEndpoint } from '../../lib/minitalk/peer/endpoint.js';
import {
  isGone,
  lookAtThread,
  pinPeer,
  pinThread,
  pinThreadOf,
  send,
  tell,
} from '../../lib/minitalk/peer/pinned.js';
import { Kind, type Word } from '../../lib/minitalk/wire/word.js';
import { openDescriptors } from '../support/own-process.js';
import type { Process } from '../support/processes.js';
import { startVictim } from '../support/victim.js';

const word: Word = { kind: Kind.wait, session: 1, message: 1 };
const NOBODY = 2 ** 22 - 3;

async function end(process: Process): Promise<void> {
  process.child.kill('SIGKILL');
  await process.closed;
}

test('a word goes to who catches both signals', async () => {
  const peer = await startVictim();
  const pinned = pinThread(peer.pid, peer.pid);
  expect(lookAtThread(pinned)).toEqual({ is: 'catching' });
  expect(tell(pinned, word)).toEqual({ is: 'sent' });
  await peer.until(({ text }) => text.includes('caught'));
  pinned.unpin();
});

test.each([[10], [12]])('none goes to who catches %p alone', async (signo) => {
  const peer = await startVictim(signo);
  const pinned = pinThread(peer.pid, peer.pid);
  expect(lookAtThread(pinned)).toEqual({ is: 'deaf' });
  expect(tell(pinned, word)).toEqual({ is: 'deaf' });
  pinned.unpin();
});

test('a further signal has to be caught where one is named', async () => {
  const peer = await startVictim(10, 12, 28);
  const pinned = pinThread(peer.pid, peer.pid);
  expect([28, 12, 41].map((signo) => lookAtThread(pinned, signo).is)).toEqual([
    'catching',
    'catching',
    'deaf',
  ]);
  pinned.unpin();
});

test('without a look a word goes to anybody who lives', async () => {
  const peer = await startVictim(12);
  const pinned = pinThread(peer.pid, peer.pid);
  expect(send(pinned, word)).toEqual({ is: 'sent' });
  await peer.until(({ text }) => text.includes('caught'));
  await end(peer);
  expect(send(pinned, word)).toEqual({ is: 'gone' });
  pinned.unpin();
});

test('who has ended is gone', async () => {
  const peer = await startVictim();
  const pinned = pinThread(peer.pid, peer.pid);
  expect(isGone(pinned)).toBe(false);
  await end(peer);
  expect(isGone(pinned)).toBe(true);
  expect(tell(pinned, word)).toEqual({ is: 'gone' });
  expect(lookAtThread(pinned)).toEqual({ is: 'gone' });
  // Whoever has the number now, it is not this one.
  expect(() => pinPeer(peer.pid)).toThrow(expect.objectContaining({ code: 'ESRCH' }));
  pinned.unpin();
});

test('a thread can be gone alone', async () => {
  const worker = new Worker(
    `const { binding } = require(${JSON.stringify(`${__dirname}/../../dist/binding/minitalk.js`)});
     require('node:worker_threads').parentPort.postMessage(binding.currentThread());
     setInterval(() => {}, 1000);`,
    { eval: true },
  );
  const thread = await new Promise<number>((resolve) => worker.once('message', resolve));
  const pinned = pinThread(process.pid, thread);
  expect(isGone(pinned)).toBe(false);
  await worker.terminate();
  expect(isGone(pinned)).toBe(true);
  expect(pinned.process.hasExited()).toBe(false);
  // A later thread of that number is another one: this one's status stays its own.
  expect(lookAtThread(pinned)).toEqual({ is: 'gone' });
  const absent = expect.objectContaining({ code: 'ESRCH' });
  expect(() => pinThread(process.pid, thread)).toThrow(absent);
  pinned.unpin();
});

test('a full queue is no failure, and no death', () => {
  const endpoint = acquireEndpoint();
  const self = pinThread(process.pid, binding.currentThread());
  const queue = jest.spyOn(binding, 'sendWord');
  queue.mockReturnValue(-11);
  expect(tell(self, word)).toEqual({ is: 'full' });
  queue.mockReturnValue(-3);
  expect(tell(self, word)).toEqual({ is: 'gone' });
  queue.mockReturnValue(-1);
  expect(tell(self, word)).toEqual({ is: 'failed', errno: -1 });
  queue.mockReturnValue(1);
  expect(tell(self, word)).toEqual({ is: 'deaf' });
  queue.mockRestore();
  endpoint.release();
  self.unpin();
});

test('why it could not be sent is found out by a look', () => {
  const self = pinThread(process.pid, process.pid);
  self.unpin(); // its status is closed
  const queue = jest.spyOn(binding, 'sendWord').mockReturnValue(-9);
  expect(tell(self, word)).toMatchObject({ is: 'unknown', error: { code: 'EBADF' } });
  queue.mockRestore();
});

test('of one process there is one descriptor, and one of its thread, until nobody has it pinned', async () => {
  const before = openDescriptors();
  const peer = process.ppid;
  const first = pinThread(peer, peer);
  expect(openDescriptors()).toBe(before + 2);
  const second = pinThread(peer, peer);
  expect(openDescriptors()).toBe(before + 2);
  first.unpin();
  first.unpin();
  expect(openDescriptors()).toBe(before + 2);
  second.unpin();
  expect(openDescriptors()).toBe(before);
});

test('what is not there is ESRCH, and costs no descriptor', () => {
  const before = openDescriptors();
  const absent = expect.objectContaining({ code: 'ESRCH' });
  expect(() => pinThread(NOBODY, NOBODY)).toThrow(absent);
  expect(() => pinThread(process.ppid, NOBODY)).toThrow(absent);
  expect(openDescriptors()).toBe(before);
});

test('one that ends before its thread is looked at is not pinned', async () => {
  const before = openDescriptors();
  const peer = await startVictim();
  const pipes = openDescriptors() - before;
  const lease = pinPeer(peer.pid);
  const ended = Object.create(lease.value, { hasExited: { value: () => true } });
  const absent = expect.objectContaining({ code: 'ESRCH' });
  expect(() => pinThreadOf({ ...lease, value: ended }, peer.pid)).toThrow(absent);
  // The lease is still its holder's.
  expect(openDescriptors()).toBe(before + pipes + 1);
  lease.release();
  expect(openDescriptors()).toBe(before + pipes);
});
