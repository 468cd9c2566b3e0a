// restrictSignals: whom the own process may signal afterwards, from which of its threads.

import { runInside } from '../support/inside.js';
import { LANDLOCK_CREATE_RULESET, whereSignalsCanBeScoped } from '../support/landlock.js';
import { startVictim } from '../support/victim.js';

whereSignalsCanBeScoped(() => {
  test('nobody outside is reached any more, and its own children are', async () => {
    const victim = await startVictim();
    const script = runInside(
      async ({ signals, say }, outsider) => {
        const { execFileSync, spawn } = require('node:child_process');
        const { once } = require('node:events');
        const codeOf = (call: () => unknown) => {
          try {
            call();
            return 'sent';
          } catch (error) {
            return (error as NodeJS.ErrnoException).code;
          }
        };
        const ways = () => {
          const handle = signals.openProcess(outsider);
          const codes = [
            codeOf(() => process.kill(outsider, 0)),
            codeOf(() => signals.kill(outsider, 0)),
            codeOf(() => signals.kill(outsider, 0, { thread: outsider })),
            codeOf(() => signals.queue(outsider, 'SIGURG', 1)),
            codeOf(() => handle.kill(0)),
            codeOf(() => handle.queue('SIGURG', 1)),
            execFileSync('sh', [
              '-c',
              'kill -0 "$0" 2>/dev/null; echo $?',
              String(outsider),
            ]).toString(),
          ];
          handle.close();
          return codes.join(' ').trim();
        };
        say(ways());
        signals.restrictSignals();
        say(ways());
        const child = spawn('sleep', ['1000']);
        child.kill('SIGKILL');
        say((await once(child, 'exit')).join(' '));
        signals.kill(process.pid, 0);
      },
      [victim.pid],
    );
    expect(await script.closed).toEqual({ code: 0, signal: null });
    expect(script.text.split('\n')).toEqual([
      'sent sent sent sent sent sent 0',
      'EPERM EPERM EPERM EPERM EPERM EPERM 1',
      ' SIGKILL',
      '',
    ]);
    expect(victim.text).toBe('catch\n');
  });

  test('it says which threads it holds for, and later ones are among them', async () => {
    const victim = await startVictim();
    const script = runInside(
      async ({ signals, say, startWorker }, outsider) => {
        const tellOnMessage = (
          { signals }: { signals: typeof import('../../lib/signals/index.js') },
          pid: number,
        ) => {
          const { parentPort } = require('node:worker_threads');
          parentPort.on('message', () => {
            try {
              signals.kill(pid, 0);
              parentPort.postMessage('sent');
            } catch (error) {
              parentPort.postMessage((error as NodeJS.ErrnoException).code);
            }
          });
        };
        const ask = async ({ worker }: { worker: import('node:worker_threads').Worker }) => {
          worker.postMessage('');
          const answer = await require('node:events').once(worker, 'message');
          await worker.terminate();
          return answer;
        };
        const before = await startWorker(tellOnMessage, outsider);
        const threads = signals.restrictSignals();
        const after = await startWorker(tellOnMessage, outsider);
        say(`${threads} ${await ask(before)} ${await ask(after)}`);
      },
      [victim.pid],
    );
    expect(await script.closed).toEqual({ code: 0, signal: null });
    expect(['this sent EPERM\n', 'all EPERM EPERM\n']).toContain(script.text);
  });

  test('signals from outside arrive, and who sent them is known', async () => {
    const script = runInside(async ({ signals, say }) => {
      signals.restrictSignals();
      const watcher = signals.watch('SIGUSR2').on('signal', ({ pid }) => {
        say(String(pid));
        watcher.close();
      });
      say('watching');
    }, []);
    await script.until(({ text }) => text === 'watching\n');
    process.kill(script.pid, 'SIGUSR2');
    expect(await script.closed).toEqual({ code: 0, signal: null });
    expect(script.text).toBe(`watching\n${process.pid}\n`);
  });
});

test('where the kernel lacks it: ENOSYS, and nothing is restricted', async () => {
  const without = ['test/support/without_syscall.py', LANDLOCK_CREATE_RULESET, '38'].map(String);
  const script = runInside(
    ({ signals, say }) => {
      try {
        signals.restrictSignals();
      } catch (error) {
        const { name, code, errno, syscall } = error as NodeJS.ErrnoException;
        say([name, code, errno, syscall].join(' '));
      }
      process.kill(process.ppid, 0);
    },
    [],
    { prefix: ['python3', ...without] },
  );
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('SignalError ENOSYS -38 landlock_create_ruleset\n');
});
