import fs from 'node:fs';
import { fullQueue, queueFullError } from '../../lib/minitalk/peer/signal-queue.js';
import { Process } from '../support/processes.js';

/** A process that may have so many signals queued. */
async function limited(signals: number): Promise<Process> {
  const process = new Process(
    'prlimit',
    [`--sigpending=${signals}`, 'sh', '-c', 'echo ready; read x'],
    {
      stdin: 'pipe',
    },
  );
  await process.until(({ text }) => text.includes('ready'));
  return process;
}

test('a queue with room is not full, and one of nobody neither', () => {
  expect(fullQueue(process.pid)).toBeUndefined();
  expect(fullQueue(2 ** 22 - 4)).toBeUndefined();
});

test('a queue that may hold nothing is full', async () => {
  const { pid } = await limited(0);
  expect(fullQueue(pid)).toMatchObject({ pid, uid: process.getuid?.(), limit: 0 });
});

test.each([
  [6, false],
  [7, true],
  [8, true],
])('of at most 7 signals %d are a full queue: %s', (pendingSignals, isFull) => {
  const status = fs.readFileSync('/proc/self/status', 'latin1');
  const told = status.replace(/^SigQ:.*$/m, `SigQ:\t${pendingSignals}/7`);
  jest.spyOn(fs, 'readFileSync').mockReturnValueOnce(told);
  expect(fullQueue(process.pid) !== undefined).toBe(isFull);
});

const queue = { uid: 1000, used: 7, limit: 7 };

test('the error names the queue, its numbers, and what helps', () => {
  const error = queueFullError({ ...queue, pid: 1234 });
  expect(error).toMatchObject({ code: 'EAGAIN' });
  expect(error.message).toMatch(
    /process 1234 is full \(SigQ 7\/7 of uid 1000\).*take their pending/,
  );
  expect(queueFullError({ ...queue, pid: process.pid }).message).toContain('this process');
  expect(queueFullError({ ...queue, pid: 1234, limit: 0 }).message).toMatch(
    /may have no signal queued.*start it with a higher limit/,
  );
});
