// More signals than anything has room for: none is lost without being counted.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signalNumber } from '../../lib/signals/names.js';
import { ownQueue } from '../support/own-queue.js';
import { runScript, sleep } from '../support/processes.js';

test('100,000 queued realtime signals to the main thread arrive all, in order, with their values', async () => {
  const receiver = runScript(
    (_, count: number) => {
      const { watch } = require(
        `${process.cwd()}/dist/signals/index.js`,
      ) as typeof import('../../lib/signals/index.js');
      const watcher = watch(['SIGRTMIN+3'], { capacity: 131_072 });
      let seen = 0;
      let wrong = 0;
      watcher.on('signal', ({ value, sequence }) => {
        if (value !== (BigInt(seen) << 32n) + 7n || sequence !== BigInt(seen)) wrong += 1;
        seen += 1;
        if (seen < count) return;
        process.stdout.write(JSON.stringify({ seen, wrong }));
        watcher.close();
      });
      watcher.on('gap', ({ lost }) => process.stdout.write(`lost ${lost}`));
      process.stdout.write('ready\n');
    },
    [100_000],
  );
  await receiver.until(({ text }) => text.includes('ready'));
  const sender = runScript(
    async ({ queue }, pid: number, count: number) => {
      for (let i = 0; i < count; i += 1) {
        const value = (BigInt(i) << 32n) + 7n;
        for (;;) {
          try {
            queue(pid, 'SIGRTMIN+3', value, { thread: pid });
            break;
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
            await new Promise((resolve) => setTimeout(resolve, 1));
          }
        }
      }
    },
    [receiver.pid, 100_000],
  );
  expect(await sender.closed).toEqual({ code: 0, signal: null });
  expect(await receiver.closed).toEqual({ code: 0, signal: null });
  expect(receiver.text).toBe(`ready\n${JSON.stringify({ seen: 100_000, wrong: 0 })}`);
});

test('over RLIMIT_SIGPENDING the sender sees EAGAIN, and what was accepted arrives exactly', async () => {
  const LIMIT = 3000;
  const queue = ownQueue(64_997);
  // A stopped process takes nothing, so the kernel's queue fills.
  const receiver = runScript(
    () => {
      const { watch } = require(
        `${process.cwd()}/dist/signals/index.js`,
      ) as typeof import('../../lib/signals/index.js');
      const watcher = watch(['SIGRTMIN+3', 'SIGHUP', 'SIGUSR2'], { capacity: 4_194_304 });
      const seen = { values: 0, wrong: 0, others: [] as unknown[] };
      watcher.on('SIGRTMIN+3', ({ value }) => {
        if (value !== BigInt(seen.values)) seen.wrong += 1;
        seen.values += 1;
      });
      watcher.on('SIGHUP', ({ origin, pid, uid, attested }) =>
        seen.others.push({ origin, pid, uid, attested }),
      );
      watcher.on('SIGUSR2', () => process.stdout.write(JSON.stringify(seen)));
      process.stdout.write('ready\n');
    },
    [],
    { prefix: queue.prefix(LIMIT) },
  );
  await receiver.until(({ text }) => text.includes('ready'));
  receiver.child.kill('SIGSTOP');
  const stateOf = (field: string) =>
    new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(
      readFileSync(`/proc/${receiver.pid}/status`, 'latin1'),
    )?.[1] ?? '';
  while (!stateOf('State').startsWith('T')) await sleep(1);
  const sender = runScript(
    ({ queue }, pid: number) => {
      let sent = 0;
      try {
        for (;;) {
          queue(pid, 'SIGRTMIN+3', sent, { thread: pid });
          sent += 1;
        }
      } catch (error) {
        const { code, errno, syscall, name } = error as NodeJS.ErrnoException;
        // A standard signal is still taken, but the kernel has no room for who sent it.
        queue(pid, 'SIGHUP', 5);
        process.stdout.write(JSON.stringify({ sent, code, errno, syscall, name }));
      }
    },
    [receiver.pid],
  );
  await sender.closed;
  const { sent, ...error } = JSON.parse(sender.text) as { sent: number };
  expect(error).toEqual({
    code: 'EAGAIN',
    errno: -11,
    syscall: 'rt_tgsigqueueinfo',
    name: 'SignalError',
  });
  // Where others' signals count too, there was less room.
  if (queue.isAlone) expect(sent).toBe(LIMIT);
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThanOrEqual(LIMIT);
  receiver.child.kill('SIGCONT');
  const bit = BigInt(signalNumber('SIGRTMIN+3') - 1);
  const isPending = () => ((BigInt(`0x${stateOf('SigPnd')}`) >> bit) & 1n) === 1n;
  // A standard signal would overtake what the kernel still holds.
  while (isPending()) await sleep(5);
  receiver.child.kill('SIGUSR2');
  await receiver.until(({ text }) => text.endsWith('}'));
  expect(JSON.parse(receiver.text.slice('ready\n'.length))).toEqual({
    values: sent,
    wrong: 0,
    others: [{ origin: 'unknown', pid: 0, uid: -1, attested: false }],
  });
});

test('with the loop blocked and the ring full, the gap accounts for every signal', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-'));
  try {
    const sentAll = join(folder, 'sent-all');
    const receiver = runScript(
      (_, marker: string) => {
        const { watch } = require(
          `${process.cwd()}/dist/signals/index.js`,
        ) as typeof import('../../lib/signals/index.js');
        const { existsSync, writeSync } = require('node:fs') as typeof import('node:fs');
        const watcher = watch(['SIGRTMIN+3', 'SIGRTMIN+4'], { capacity: 1024 });
        const total: Record<string, { seen: number; lost: number }> = {
          'SIGRTMIN+3': { seen: 0, lost: 0 },
          'SIGRTMIN+4': { seen: 0, lost: 0 },
        };
        const of = (name: string) => total[name] as { seen: number; lost: number };
        watcher.on('signal', ({ signal }) => {
          of(signal).seen += 1;
        });
        watcher.on('gap', (gap) => {
          for (const [name, lost] of Object.entries(gap.bySignal)) of(name).lost += lost;
        });
        writeSync(1, 'ready\n');
        while (!existsSync(marker));
        setTimeout(() => {
          watcher.close();
          writeSync(1, JSON.stringify({ total }));
        }, 300);
      },
      [sentAll],
    );
    await receiver.until(({ text }) => text.includes('ready'));
    const sender = runScript(
      ({ queue }, pid: number, marker: string) => {
        const { writeFileSync } = require('node:fs') as typeof import('node:fs');
        for (let i = 0; i < 20_000; i += 1) {
          queue(pid, 'SIGRTMIN+3', i);
          if (i % 4 === 0) queue(pid, 'SIGRTMIN+4', i);
        }
        writeFileSync(marker, '');
      },
      [receiver.pid, sentAll],
    );
    expect(await sender.closed).toEqual({ code: 0, signal: null });
    expect(await receiver.closed).toEqual({ code: 0, signal: null });
    const { total } = JSON.parse(receiver.text.slice('ready\n'.length)) as {
      total: Record<string, { seen: number; lost: number }>;
    };
    const [three, four] = [total['SIGRTMIN+3'], total['SIGRTMIN+4']];
    expect((three?.seen ?? 0) + (three?.lost ?? 0)).toBe(20_000);
    expect((four?.seen ?? 0) + (four?.lost ?? 0)).toBe(5000);
    expect(three?.lost).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
