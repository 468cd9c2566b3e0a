// Watchers that end without close(), in a flood: nobody dies of it, and what comes when
// it is over does what it would have done without us.
import type * as library from '../../lib/signals/index.js';
import { mainWays, patience, rounds, signalsEntry, workerWays } from '../support/endings.js';
import { type Process, runScript } from '../support/processes.js';

jest.setTimeout(patience);

const SIGNALS = ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGTERM', 'SIGRTMIN+3'];
const FLOODERS = 2;

/**
 * Sends all of them to whom it is told to, 50 in a ms, until that has ended. As fast as can
 * be, two of them leave a process no time between two handlers, whoever has put them there.
 */
function startFlooder(): Process {
  return runScript(
    (_, path: string, signals: NodeJS.Signals[]) => {
      const { openProcess } = require(path) as typeof library;
      process.on('message', (pid: number) => {
        let target: library.ProcessHandle;
        try {
          target = openProcess(pid);
        } catch {
          return; // another flooder was quicker
        }
        const flood = () => {
          try {
            for (let i = 0; i < 10; i += 1) {
              for (const signal of signals) {
                if (signal.startsWith('SIGRT') && i % 5 !== 0) continue;
                target.kill(signal);
              }
            }
          } catch (error) {
            // EAGAIN: it has all that can be queued.
            if ((error as { code: string }).code === 'ESRCH') {
              target.close();
              return;
            }
          }
          setTimeout(flood, 1);
        };
        flood();
      });
    },
    [signalsEntry, SIGNALS],
    { ipc: true },
  );
}

test.each(workerWays)(
  'a watcher in a Worker, ended by %s in a flood: its process lives on',
  async (way) => {
    const flooders = Array.from({ length: FLOODERS }, startFlooder);
    const host = runScript(
      async (_, path: string, signals: string[], way: string, rounds: number) => {
        const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
        const source = `
        const { watch } = require(${JSON.stringify(path)});
        const { parentPort, workerData: { signals, way, wanted } } = require('node:worker_threads');
        const watcher = watch(signals);
        let count = 0;
        watcher.on('signal', () => {
          count += 1;
          if (count !== wanted) return;
          if (way === 'exit') process.exit(3);
          if (way === 'throw') throw new Error('the end');
          if (way === 'natural') watcher.unref();
          if (way === 'terminate') parentPort.postMessage('end');
        });
        parentPort.postMessage('up');`;
        for (let i = 0; i < rounds; i += 1) {
          const workerData = { signals, way, wanted: 5 + 20 * i };
          const worker = new Worker(source, { eval: true, workerData });
          worker.on('error', () => {});
          worker.on('message', (message) => {
            if (message === 'end') void worker.terminate();
            else if (i === 0) process.stdout.write('watching\n');
          });
          await new Promise((resolve) => worker.once('exit', resolve));
        }
        process.stdout.write('lives\n', () => process.exit(0));
      },
      [signalsEntry, SIGNALS, way, rounds],
    );
    await host.until(({ text }) => text.includes('watching'));
    for (const flooder of flooders) flooder.child.send(host.pid);
    expect({ ...(await host.closed), text: host.text, stderr: host.stderr }).toEqual({
      code: 0,
      signal: null,
      text: 'watching\nlives\n',
      stderr: '',
    });
  },
);

test.each(Object.entries(mainWays))(
  'a watcher in the main thread, ended by %s in a flood: exit code %i',
  async (way, code) => {
    const flooders = Array.from({ length: FLOODERS }, startFlooder);
    for (let i = 0; i < rounds; i += 1) {
      const watching = runScript(
        (_, path: string, signals: NodeJS.Signals[], way: string, wanted: number) => {
          const { watch } = require(path) as typeof library;
          process.exitCode = 5;
          const watcher = watch(signals);
          let count = 0;
          watcher.on('signal', () => {
            count += 1;
            if (count !== wanted) return;
            if (way === 'exit') process.exit(7);
            if (way === 'throw') throw new Error('the end');
            watcher.unref();
          });
          process.stdout.write('watching\n');
        },
        [signalsEntry, SIGNALS, way, 5 + 20 * i],
      );
      await watching.until(({ text }) => text.includes('watching'));
      for (const flooder of flooders) flooder.child.send(watching.pid);
      expect({ ...(await watching.closed), i }).toEqual({ code, signal: null, i });
      expect(watching.stderr).not.toMatch(/Debugger|Assertion/);
    }
  },
);

/** A process whose Worker watches and is terminated; then it takes what comes. */
async function startBereaved(signals: readonly string[], options: object): Promise<Process> {
  const host = runScript(
    async (_, path: string, signals: string[], options: { listens?: boolean }) => {
      const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
      if (options.listens) {
        process.on('SIGTERM', () => process.stdout.write('heard\n', () => process.exit(5)));
      }
      const worker = new Worker(
        `const { watch } = require(${JSON.stringify(path)});
         const { parentPort, workerData: { signals, options } } = require('node:worker_threads');
         watch(signals, options);
         parentPort.postMessage('up');`,
        { eval: true, workerData: { signals, options } },
      );
      await new Promise((resolve) => worker.once('message', resolve));
      await worker.terminate();
      process.stdout.write('bereaved\n');
      setInterval(() => {}, 1000);
    },
    [signalsEntry, signals, options],
    { bare: true, env: { NODE_OPTIONS: '--inspect-port=0' } },
  );
  await host.until(({ text }) => text === 'bereaved\n');
  return host;
}

test.each(['SIGTERM', 'SIGUSR2', 'SIGHUP'] as const)(
  'without a flood, %s after the end of a Worker that watched it ends the process',
  async (signal) => {
    const host = await startBereaved([signal], {});
    expect(await host.end(signal)).toEqual({ code: null, signal });
  },
);

test('without a flood, a listener of the main thread hears it', async () => {
  const host = await startBereaved(['SIGTERM'], { listens: true });
  expect(await host.end('SIGTERM')).toEqual({ code: 5, signal: null });
  expect(host.text).toBe('bereaved\nheard\n');
});

test("without a flood, SIGUSR1 after the end of a Worker that watched it opens Node's debugger", async () => {
  const host = await startBereaved(['SIGUSR1'], {});
  host.child.kill('SIGUSR1');
  await host.until(({ stderr }) => stderr.includes('Debugger listening'));
});
