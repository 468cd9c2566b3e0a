// Handlers on several threads, and Workers that come and go while signals arrive.
import { copyOfPackage, exitWithin, hasSaid, runInside } from '../support/inside.js';
import { type Process, runScript } from '../support/processes.js';

/** Queues SIGRTMIN+1 with the values 0, 1, 2, … to each of the threads; 0 is the process. */
function startQueueing(to: Process, threads: readonly number[], count: number): Process {
  return runScript(
    ({ queue }, pid: number, targets: number[], limit: number) => {
      const isQueued = (value: number, thread: number) => {
        try {
          queue(pid, 'SIGRTMIN+1', value, thread === 0 ? {} : { thread });
          return true;
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
          throw error;
        }
      };
      for (let i = 0; i < limit; i += 1) {
        for (const thread of targets) {
          while (!isQueued(i, thread));
        }
      }
    },
    [to.pid, threads, count],
  );
}

/** Pours signals over the process until it says "done", then asks it to exit. */
async function pourOver(to: Process, signals: readonly string[]): Promise<void> {
  const pouring = runScript(
    (_, pid: number, names: NodeJS.Signals[]) => {
      const pause = new Int32Array(new SharedArrayBuffer(4));
      for (let i = 0; ; i += 1) {
        process.kill(pid, names[i % names.length] as NodeJS.Signals);
        Atomics.wait(pause, 0, 0, 0.3); // in which the process can work
      }
    },
    [to.pid, signals],
    { bare: true },
  );
  await Promise.race([hasSaid(to, 'done'), to.closed]);
  await pouring.end('SIGKILL');
  to.child.kill('SIGQUIT');
}

test('signals of several processes to several threads at once are all recorded, each once', async () => {
  const [senders, workers, count] = [3, 3, 3000];
  const script = runInside(
    async ({ signals, say, until, startWorker }, total, workerCount) => {
      const watcher = signals.watch(['SIGRTMIN+1'], { capacity: 2 ** 17 });
      const seen = new Map<string, number>();
      const sequences = new Set<bigint>();
      watcher.on('signal', ({ pid, value, sequence }) => {
        const key = `${pid} ${value}`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
        sequences.add(sequence);
      });
      const threads = [0];
      for (let i = 0; i < workerCount; i += 1) {
        const { result } = await startWorker(() => {
          setInterval(() => {}, 1);
          return Number(require('node:fs').readlinkSync('/proc/thread-self').split('/').pop());
        });
        threads.push(result);
      }
      say(threads.join());
      await until(() => sequences.size === total);
      say(JSON.stringify([seen.size, [...new Set(seen.values())]]));
      process.exit(0);
    },
    [senders * (workers + 1) * count, workers],
  );
  await script.until(({ text }) => text.includes('\n'));
  const threads = script.text.trim().split(',').map(Number);
  const sending = Array.from({ length: senders }, () => startQueueing(script, threads, count));
  for (const sender of sending) expect(await sender.closed).toEqual({ code: 0, signal: null });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text.split('\n')[1]).toBe(JSON.stringify([senders * count, [workers + 1]]));
});

test.each(['terminate', 'close'] as const)(
  '100 Workers that watch end by %s while signals pour in',
  async (how) => {
    const script = runInside(
      async ({ signals, say, startWorker }, way) => {
        const names = ['SIGUSR2', 'SIGHUP', 'SIGWINCH'] as const;
        const watcher = signals.watch([...names, 'SIGQUIT']);
        watcher.once('SIGQUIT', () => process.exit(0));
        say('ready');
        for (let round = 0; round < 25; round += 1) {
          const started = await Promise.all(
            [0, 1, 2, 3].map(() =>
              startWorker((inside) => {
                const { parentPort } =
                  require('node:worker_threads') as typeof import('node:worker_threads');
                // With snapshots a handler stays inside for long.
                const own = inside.signals.watch(['SIGUSR2', 'SIGHUP', 'SIGWINCH'], {
                  snapshot: true,
                });
                own.on('signal', () => {});
                parentPort?.once('message', () => own.close());
              }),
            ),
          );
          await Promise.all(
            started.map(({ worker }) => {
              if (way === 'terminate') return worker.terminate();
              worker.postMessage('close');
              return new Promise((resolve) => worker.once('exit', resolve));
            }),
          );
        }
        say('done');
      },
      [how],
    );
    await hasSaid(script, 'ready');
    await pourOver(script, ['SIGUSR2', 'SIGHUP', 'SIGWINCH']);
    expect(await exitWithin(script, 20_000)).toEqual({ code: 0, signal: null });
  },
);

test('Workers that are terminated in the midst of watching and closing end alone', async () => {
  const script = runInside(async ({ signals, say, pause, startWorker }) => {
    const watcher = signals.watch(['SIGUSR2', 'SIGHUP', 'SIGWINCH', 'SIGQUIT']);
    watcher.once('SIGQUIT', () => process.exit(0));
    say('ready');
    for (let round = 0; round < 40; round += 1) {
      const started = await Promise.all(
        [0, 1, 2].map(() =>
          startWorker((inside) => {
            setInterval(() => {
              for (let i = 0; i < 20; i += 1) {
                inside.signals.watch(['SIGUSR2', 'SIGHUP', 'SIGWINCH'], { snapshot: true }).close();
              }
            }, 0);
          }),
        ),
      );
      await pause(round);
      await Promise.all(started.map(({ worker }) => worker.terminate()));
    }
    say('done');
  }, []);
  await hasSaid(script, 'ready');
  await pourOver(script, ['SIGUSR2', 'SIGHUP', 'SIGWINCH']);
  expect(await exitWithin(script, 20_000)).toEqual({ code: 0, signal: null });
});

test('200 watchers of one thread close while signals pour in', async () => {
  const script = runInside(async ({ signals, say, pause }) => {
    const kept = signals.watch(['SIGUSR2', 'SIGQUIT']);
    kept.once('SIGQUIT', () => process.exit(0));
    say('ready');
    for (let i = 0; i < 200; i += 1) {
      const watcher = signals.watch(['SIGUSR2'], { snapshot: i % 2 === 0 });
      watcher.on('signal', () => {});
      await pause(1);
      watcher.close();
    }
    say('done');
  }, []);
  await hasSaid(script, 'ready');
  await pourOver(script, ['SIGUSR2']);
  expect(await exitWithin(script, 20_000)).toEqual({ code: 0, signal: null });
});

test.each(['SIGTERM', 'SIGUSR2', 'SIGHUP'] as const)(
  'a %s after the end of the only Worker that loaded the addon does what it would without',
  async (signal) => {
    const script = runInside(
      async ({ say, pause, startWorker }, name) => {
        const { worker } = await startWorker((inside, own) => {
          inside.signals.watch([own]);
        }, name);
        await worker.terminate();
        say('ended');
        process.kill(process.pid, name);
        await pause(5000);
      },
      [signal],
    );
    expect(await exitWithin(script, 20_000)).toEqual({ code: null, signal });
    expect(script.text).toBe('ended\n');
  },
);

test('a handler whose Worker has ended can still be called by one that was put over it', async () => {
  const script = runInside(
    async ({ signals, say, until, startWorker }, path) => {
      const { worker } = await startWorker((_, copy) => {
        require(copy).watch(['SIGWINCH']);
      }, path);
      let seen = 0;
      const watcher = signals.watch(['SIGWINCH']);
      watcher.on('signal', () => {
        seen += 1;
      });
      await worker.terminate();
      for (let i = 1; i <= 5; i += 1) {
        signals.kill(process.pid, 'SIGWINCH');
        await until(() => seen === i);
      }
      watcher.close();
      say(String(seen));
    },
    [copyOfPackage()],
  );
  expect(await exitWithin(script, 30_000)).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('5\n');
});

test('what libuv would lose without a word is counted: seen and lost are what was sent', async () => {
  const count = 10_000;
  const script = runInside(
    async ({ signals, say, until }, total) => {
      const watcher = signals.watch(['SIGRTMIN+1'], { capacity: 64, overflow: 'drop' });
      let [seen, lost, highest] = [0, 0, 0n];
      watcher.on('signal', ({ sequence }) => {
        // Several threads take these at once, so neighbours may be swapped.
        if (sequence > highest) highest = sequence;
        seen += 1;
        if (seen % 64 === 0) for (const end = Date.now() + 2; Date.now() < end; );
      });
      watcher.on('gap', (gap) => {
        lost += gap.bySignal['SIGRTMIN+1'] ?? 0;
      });
      say('ready');
      await until(() => seen + lost === total);
      // Nothing is under way now, so this one tells how many there have been.
      signals.queue(process.pid, 'SIGRTMIN+1');
      await until(() => seen + lost === total + 1);
      watcher.close();
      say(String(highest === BigInt(total) && highest + 1n === BigInt(seen + lost) && lost > 0));
    },
    [count * 2],
  );
  await hasSaid(script, 'ready');
  const sending = [0, 1].map(() => startQueueing(script, [0], count));
  for (const sender of sending) expect(await sender.closed).toEqual({ code: 0, signal: null });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('ready\ntrue\n');
});
