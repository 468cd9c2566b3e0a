// Node's own users of signals, and others', live beside a watcher as if it were not there.
import { join } from 'node:path';
import { exitWithin, hasSaid, runInside } from '../support/inside.js';
import { root } from '../support/processes.js';

const register = ['--require', join(root, 'dist', 'signals', 'register.js')];

test.each(['off', 'removeAllListeners'] as const)(
  'listeners added after watch and taken away by %s leave us with the signal, and displace nothing',
  async (how) => {
    const script = runInside(
      async ({ signals, say, until }, way) => {
        const heard: string[] = [];
        const watcher = signals.watch(['SIGUSR2']);
        watcher.on('signal', () => heard.push('ours'));
        watcher.on('displaced', (name) => say(`displaced ${name}`));
        const send = async (count: number) => {
          signals.kill(process.pid, 'SIGUSR2');
          await until(() => heard.length === count);
        };
        for (let round = 0; round < 3; round += 1) {
          const listener = () => heard.push('app');
          process.on('SIGUSR2', listener);
          await send(2);
          if (way === 'off') process.off('SIGUSR2', listener);
          else process.removeAllListeners('SIGUSR2');
          await send(3);
          say(heard.splice(0).sort().join());
        }
        watcher.close();
      },
      [how],
    );
    expect(await script.closed).toEqual({ code: 0, signal: null });
    expect(script.text).toBe('app,ours,ours\n'.repeat(3));
  },
);

test('the listeners that an app can see and count are its own', async () => {
  const script = runInside(({ signals, say }) => {
    const own = () => {};
    const added: string[] = [];
    const before = process.eventNames().join();
    process.on('newListener', (name) => added.push(String(name)));
    const watcher = signals.watch(['SIGUSR2', 'SIGTERM']);
    say(String(process.listenerCount('SIGUSR2') + process.listenerCount('SIGTERM')));
    process.on('SIGUSR2', own);
    const [first, ...others] = process.listeners('SIGUSR2');
    say(String(first === own && others.length === 0));
    process.off('SIGUSR2', own);
    watcher.close();
    say(String(process.eventNames().join() === before));
    say(added.filter((name) => name.startsWith('SIG')).join());
  }, []);
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('0\ntrue\ntrue\nSIGUSR2\n');
});

test('a bare sigaction by somebody else is found when rechecked, told, and undone', async () => {
  const script = runInside(async ({ signals, say, until }) => {
    const vm = require('node:vm') as typeof import('node:vm');
    const displaced: string[] = [];
    const watcher = signals.watch(['SIGINT', 'SIGHUP'], { recheck: 10 });
    watcher.on('displaced', (name) => displaced.push(name));
    const another = signals.watch(['SIGINT']); // which does not look itself
    another.on('displaced', (name) => displaced.push(`another ${name}`));
    vm.runInThisContext('1', { breakOnSigint: true });
    await until(() => displaced.length === 2);
    say(displaced.sort().join());
    watcher.close();
    another.close();
  }, []);
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('SIGINT,another SIGINT\n');
});

test('what displaced us unseen is left standing by close', async () => {
  const script = runInside(async ({ signals, say, pause }) => {
    const vm = require('node:vm') as typeof import('node:vm');
    const watcher = signals.watch(['SIGINT']);
    watcher.on('signal', () => say('ours'));
    vm.runInThisContext('1', { breakOnSigint: true });
    watcher.close();
    signals.kill(process.pid, 'SIGINT');
    await pause(1000);
  }, []);
  expect(await script.closed).toEqual({ code: null, signal: 'SIGINT' });
  expect(script.text).toBe('');
});

// Node's own handler is what was left standing; below ours it would end the process.
test('after a displacing sigaction was undone a watched SIGINT ends nothing', async () => {
  const script = runInside(async ({ signals, say, until }) => {
    const vm = require('node:vm') as typeof import('node:vm');
    let [displaced, seen] = [0, 0];
    const watcher = signals.watch(['SIGINT'], { recheck: 10 });
    watcher.on('displaced', () => {
      displaced += 1;
    });
    watcher.on('signal', () => {
      seen += 1;
    });
    vm.runInThisContext('1', { breakOnSigint: true });
    await until(() => displaced === 1);
    signals.kill(process.pid, 'SIGINT');
    await until(() => seen === 1);
    watcher.close();
    say('alive');
  }, []);
  expect(await exitWithin(script, 30_000)).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('alive\n');
});

// vm takes the listeners off and puts them on again, which without us has libuv install its
// handler anew; held by us, libuv does not.
test('SIGINT listeners live on after vm.runInThisContext has displaced them', async () => {
  const script = runInside(async ({ signals, say, until }) => {
    const vm = require('node:vm') as typeof import('node:vm');
    const heard: string[] = [];
    const watcher = signals.watch(['SIGINT']).on('signal', () => heard.push('ours'));
    process.on('SIGINT', () => heard.push('app'));
    vm.runInThisContext('1', { breakOnSigint: true });
    signals.kill(process.pid, 'SIGINT');
    await until(() => heard.length === 2);
    watcher.close();
    say(heard.sort().join());
  }, []);
  expect(await exitWithin(script, 30_000)).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('app,ours\n');
});

test('children start with no signal ignored, during a watch and after it', async () => {
  const script = runInside(({ signals, say }) => {
    const { execFileSync } = require('node:child_process') as typeof import('node:child_process');
    const masks = () => {
      const status = execFileSync('cat', ['/proc/self/status'], { encoding: 'latin1' });
      return /SigIgn:\s*(\w+)/.exec(status)?.[1];
    };
    const before = masks();
    const watcher = signals.watch(['SIGRTMIN+1', 'SIGRTMAX', 'SIGUSR2', 'SIGHUP']);
    const during = masks();
    watcher.close();
    say(String(before === during && during === masks()));
  }, []);
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('true\n');
});

test('child processes, their ends and their output are as without us', async () => {
  const script = runInside(async ({ signals, say }) => {
    const { execFile, spawn, spawnSync } =
      require('node:child_process') as typeof import('node:child_process');
    const all = ['SIGUSR1', 'SIGUSR2', 'SIGHUP', 'SIGINT', 'SIGTERM', 'SIGRTMIN+1'] as const;
    const watcher = signals.watch(all);
    say(String(spawnSync('sh', ['-c', 'echo sync; exit 3']).status));
    await new Promise<void>((resolve) =>
      execFile('sh', ['-c', 'echo async'], (_, stdout) => {
        say(stdout.trim());
        resolve();
      }),
    );
    // With its own default actions, so that it dies of what its parent watches.
    const child = spawn('sleep', ['60']);
    child.kill('SIGTERM');
    say(String(await new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))));
    watcher.close();
  }, []);
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('3\nasync\nSIGTERM\n');
});

test('the inspector opens, answers and closes beside a watched SIGUSR1', async () => {
  const script = runInside(async ({ signals, say, until }) => {
    const inspector = require('node:inspector') as typeof import('node:inspector');
    let seen = 0;
    const watcher = signals.watch(['SIGUSR1']);
    watcher.on('signal', () => {
      seen += 1;
    });
    inspector.open(0);
    // Not process.kill: without listeners of its own Node then prepares for its end.
    signals.kill(process.pid, 'SIGUSR1');
    const { host } = new URL(inspector.url() as string);
    const answer = await fetch(`http://${host}/json/version`);
    say(String(((await answer.json()) as Record<string, unknown>)['Protocol-Version']));
    await until(() => seen === 1);
    inspector.close();
    signals.kill(process.pid, 'SIGUSR1');
    await until(() => seen === 2);
    say(String(inspector.url()));
    watcher.close();
  }, []);
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('1.1\nundefined\n');
});

test('signal-exit runs its hook and ends the process by the signal that is only reported', async () => {
  const script = runInside(
    ({ say }, path) => {
      const loaded = require(path);
      (loaded.onExit ?? loaded)((_: unknown, signal: unknown) => say(`hook ${signal}`));
      say('ready');
      setInterval(() => {}, 1000);
    },
    [join(root, 'node_modules', 'signal-exit')],
    { flags: register },
  );
  await hasSaid(script, 'ready');
  script.child.kill('SIGTERM');
  expect(await exitWithin(script, 20_000)).toEqual({ code: null, signal: 'SIGTERM' });
  expect(script.text).toBe('ready\nhook SIGTERM\n');
});

test('signal-exit runs its hook beside a watcher, which replaces the default action', async () => {
  const script = runInside(
    async ({ signals, say, until }, path) => {
      const loaded = require(path);
      (loaded.onExit ?? loaded)((_: unknown, signal: unknown) => say(`hook ${signal}`));
      let seen = 0;
      signals.watch(['SIGTERM']).on('signal', () => {
        seen += 1;
      });
      process.kill(process.pid, 'SIGTERM');
      await until(() => seen === 2); // the second is its own, sent when it has gone
      process.exit(4);
    },
    [join(root, 'node_modules', 'signal-exit')],
  );
  expect(await exitWithin(script, 30_000)).toEqual({ code: 4, signal: null });
  expect(script.text).toBe('hook SIGTERM\n');
});
