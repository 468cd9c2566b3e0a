// More signals than anything has room for: none is lost without being counted.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signalNumber } from '../../lib/signals/names.js';
import type { WatchOptions } from '../../lib/signals/watcher.js';
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

// What the receiver's loop has had once the sender is done with 25,000 signals.
async function floodOfTheBlocked(options: WatchOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-'));
  try {
    const sentAll = join(folder, 'sent-all');
    const receiver = runScript(
      (_, marker: string, options: WatchOptions) => {
        const { watch } = require(
          `${process.cwd()}/dist/signals/index.js`,
        ) as typeof import('../../lib/signals/index.js');
        const { existsSync, writeSync } = require('node:fs') as typeof import('node:fs');
        const watcher = watch(['SIGRTMIN+3', 'SIGRTMIN+4'], { capacity: 1024, ...options });
        const total = { three: { seen: 0, lost: 0 }, four: { seen: 0, lost: 0 } };
        const of = (name: string) => (name === 'SIGRTMIN+3' ? total.three : total.four);
        watcher.on('signal', ({ signal }) => {
          of(signal).seen += 1;
        });
        watcher.on('gap', (gap) => {
          for (const [name, lost] of Object.entries(gap.bySignal)) of(name).lost += lost;
        });
        writeSync(1, 'ready\n');
        while (!existsSync(marker));
        const timer = setInterval(() => {
          const { three, four } = total;
          if (three.seen + three.lost + four.seen + four.lost < 25_000) return;
          clearInterval(timer);
          watcher.close();
          writeSync(1, JSON.stringify(total));
        }, 10);
      },
      [sentAll, options],
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
    return JSON.parse(receiver.text.slice('ready\n'.length)) as Record<
      'three' | 'four',
      { seen: number; lost: number }
    >;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('with the loop blocked, the kernel keeps what has no room', async () => {
  expect(await floodOfTheBlocked({})).toEqual({
    three: { seen: 20_000, lost: 0 },
    four: { seen: 5000, lost: 0 },
  });
});

test('with the loop blocked and the ring full, the gap accounts for every signal, where that is wanted', async () => {
  const { three, four } = await floodOfTheBlocked({ overflow: 'drop' });
  expect(three.seen + three.lost).toBe(20_000);
  expect(four.seen + four.lost).toBe(5000);
  expect(three.lost).toBeGreaterThan(0);
});

// The thread that watches floods itself through another process.
function flooded(count: number) {
  const { watch } = require(
    `${process.cwd()}/dist/signals/index.js`,
  ) as typeof import('../../lib/signals/index.js');
  const { readlinkSync, writeSync } = require('node:fs') as typeof import('node:fs');
  const watcher = watch('SIGRTMIN+3', { capacity: 4096 });
  let seen = 0;
  let wrong = 0;
  let most = 0;
  let inTurn = 0;
  let lost = 0;
  watcher.on('signal', ({ value }) => {
    if (value !== BigInt(seen)) wrong += 1;
    seen += 1;
    inTurn += 1;
    if (seen < count) return;
    most = Math.max(most, inTurn);
    writeSync(1, JSON.stringify({ seen, wrong, lost, most }));
    watcher.close();
    clearImmediate(turn);
  });
  watcher.on('gap', (gap) => {
    lost += gap.lost;
  });
  let turn = setImmediate(function next() {
    most = Math.max(most, inTurn);
    inTurn = 0;
    turn = setImmediate(next);
  });
  writeSync(1, `thread ${readlinkSync('/proc/thread-self').split('/').at(-1)}\n`);
}

test.each(['main thread', 'Worker'])(
  'a flood leaves each turn of a free loop room for what else is due: %s',
  async (where) => {
    const COUNT = 100_000;
    const receiver = runScript(
      (_, where: string, source: string) => {
        if (where === 'Worker') {
          const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
          new Worker(source, { eval: true });
        } else {
          // biome-ignore lint/security/noGlobalEval: the same source in either thread
          eval(source);
        }
      },
      [where, `(${flooded.toString()})(${COUNT})`],
    );
    await receiver.until(({ text }) => /thread \d+\n/.test(text));
    const [, thread] = /thread (\d+)\n/.exec(receiver.text) as RegExpExecArray;
    const sender = runScript(
      ({ queue }, pid: number, thread: number, count: number) => {
        for (let i = 0; i < count; i += 1) {
          for (;;) {
            try {
              queue(pid, 'SIGRTMIN+3', i, { thread });
              break;
            } catch (error) {
              if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
            }
          }
        }
      },
      [receiver.pid, Number(thread), COUNT],
    );
    expect(await sender.closed).toEqual({ code: 0, signal: null });
    expect(await receiver.closed).toEqual({ code: 0, signal: null });
    const { most, ...rest } = JSON.parse(receiver.text.replace(/^.*\n/, '')) as Record<
      string,
      number
    >;
    expect(rest).toEqual({ seen: COUNT, wrong: 0, lost: 0 });
    expect(most).toBeLessThanOrEqual(2048);
  },
);

test.each(['a watcher closes', 'the process exits'])(
  'what the kernel keeps when %s is handed over, and ends nobody',
  async (what) => {
    const receiver = runScript(
      (_, what: string) => {
        const { queue, watch } = require(
          `${process.cwd()}/dist/signals/index.js`,
        ) as typeof import('../../lib/signals/index.js');
        const { execSync } = require('node:child_process') as typeof import('node:child_process');
        const watcher = watch('SIGRTMIN+3', { capacity: 64 });
        let seen = 0;
        let lost = 0;
        watcher.on('signal', () => {
          seen += 1;
        });
        watcher.on('gap', (gap) => {
          lost += gap.lost;
        });
        const thread = { thread: process.pid };
        for (let i = 0; i < 1000; i += 1) queue(process.pid, 'SIGRTMIN+3', i, thread);
        const status = execSync('cat /proc/self/status', { encoding: 'latin1' });
        const blocked = /^SigBlk:\s*(\w+)/m.exec(status)?.[1];
        if (what === 'a watcher closes') watcher.close();
        process.on('exit', () => {
          const { writeSync } = require('node:fs') as typeof import('node:fs');
          writeSync(1, JSON.stringify({ blocked, sum: seen + lost, hadRoom: seen === 64 }));
        });
        process.exit();
      },
      [what],
    );
    expect(await receiver.closed).toEqual({ code: 0, signal: null });
    expect(JSON.parse(receiver.text)).toEqual({
      blocked: '0'.repeat(16),
      sum: 1000,
      hadRoom: true,
    });
  },
);
