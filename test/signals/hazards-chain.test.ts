// What stood before us: our handler does for it what the kernel would have done.
import { join } from 'node:path';
import { exitWithin, hasSaid, runInside } from '../support/inside.js';
import { root, runScript } from '../support/processes.js';
import { reports } from '../support/report.js';

const register = ['--require', join(root, 'dist', 'signals', 'register.js')];

test.each(['SIGTERM', 'SIGINT'] as const)(
  "Node's own one-shot handler for a reported %s ends the process by it, once",
  async (signal) => {
    const script = runInside(
      ({ say }) => {
        say('ready');
        setInterval(() => {}, 1000);
      },
      [],
      { flags: register },
    );
    await hasSaid(script, 'ready');
    script.child.kill(signal);
    // A handler that is entered again for ever reports for ever.
    const spins = script.until(({ stderr }) => stderr.split('\n').length > 2);
    const exit = await Promise.race([script.closed, spins.catch(() => script.closed)]);
    expect(exit).toEqual({ code: null, signal });
    expect(script.stderr).toMatch(
      reports(`${signal} from pid ${process.pid} \\(.*\\) uid \\d+, attested`),
    );
  },
);

test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2', 'SIGRTMIN+2'] as const)(
  'a %s that the policy passes on ends the process as if nobody watched',
  async (signal) => {
    const script = runInside(
      ({ signals, say }, name) => {
        const watcher = signals.watch([name], { from: { pids: [process.ppid] } });
        watcher.on('signal', () => say('ours'));
        say(`${128 + signals.signalNumber(name)}`); // SIGRTMIN is the C library's choice
        signals.kill(process.pid, name);
        setInterval(() => {}, 1000);
      },
      [signal],
      // Node has no names for realtime signals, the shell has numbers.
      { prefix: ['sh', '-c', '"$@"; echo $?', 'sh'] },
    );
    expect(await exitWithin(script, 20_000)).toEqual({ code: 0, signal: null });
    const [number, status, ...rest] = script.text.split('\n');
    expect([status, ...rest]).toEqual([number, '']);
  },
);

// A Worker cannot know whether the main thread listens. It had better not end a process that does.
test.each(['SIGTERM', 'SIGUSR2'] as const)(
  "a %s that a Worker's policy passes on ends no process whose main thread might listen",
  async (signal) => {
    const script = runInside(
      async ({ say, pause, startWorker }, name) => {
        const { worker } = await startWorker((inside, own) => {
          inside.signals.watch([own], { from: { pids: [process.ppid] } });
        }, name);
        process.kill(process.pid, name);
        await pause(1000);
        await worker.terminate();
        say('alive');
      },
      [signal],
    );
    expect(await exitWithin(script, 20_000)).toEqual({ code: 0, signal: null });
    expect(script.text).toBe('alive\n');
  },
);

test.each(['SIGTERM', 'SIGINT', 'SIGUSR2'] as const)(
  'a watched %s ends the process by it after its listeners, where the default is to follow',
  async (signal) => {
    const script = runInside(
      ({ signals, say }, name) => {
        signals.watch([name], { after: 'default' }).on('signal', () => say('ours'));
        signals.kill(process.pid, name);
      },
      [signal],
    );
    expect(await exitWithin(script, 20_000)).toEqual({ code: null, signal });
    expect(script.text).toBe('ours\n');
  },
);

test('a signal without a handler before is recorded, and nothing is called', async () => {
  const script = runInside(async ({ signals, say, until }) => {
    let seen = 0;
    const watcher = signals.watch(['SIGRTMIN+1', 'SIGHUP', 'SIGWINCH']);
    watcher.on('signal', () => {
      seen += 1;
    });
    for (const name of ['SIGRTMIN+1', 'SIGHUP', 'SIGWINCH'] as const) {
      signals.kill(process.pid, name);
    }
    await until(() => seen === 3);
    say(String(seen));
    watcher.close();
  }, []);
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('3\n');
});

test('SIGPIPE, which Node ignores, is recorded, and is ignored again after close', async () => {
  const script = runInside(async ({ signals, say, until }) => {
    let seen = 0;
    const watcher = signals.watch(['SIGPIPE']);
    watcher.on('signal', () => {
      seen += 1;
    });
    signals.kill(process.pid, 'SIGPIPE');
    await until(() => seen === 1);
    watcher.close();
    signals.kill(process.pid, 'SIGPIPE');
    say('alive');
  }, []);
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('alive\n');
});

test('a storm of several signals with listeners on all of them does not deadlock in libuv', async () => {
  const script = runInside(({ signals, say }) => {
    const all = ['SIGUSR1', 'SIGUSR2', 'SIGHUP', 'SIGWINCH', 'SIGALRM', 'SIGVTALRM'] as const;
    for (const name of all) process.on(name, () => {});
    signals.watch([...all, 'SIGQUIT']);
    process.on('SIGQUIT', () => {
      say('still here');
      process.exit(0);
    });
    say('ready');
  }, []);
  await hasSaid(script, 'ready');
  const senders = [0, 1].map(() =>
    runScript(
      (_, pid: number) => {
        const all = ['SIGUSR1', 'SIGUSR2', 'SIGHUP', 'SIGWINCH', 'SIGALRM', 'SIGVTALRM'] as const;
        for (const end = Date.now() + 1500; Date.now() < end; ) {
          for (const name of all) process.kill(pid, name);
        }
      },
      [script.pid],
      { bare: true },
    ),
  );
  for (const sender of senders) expect(await sender.closed).toEqual({ code: 0, signal: null });
  // libuv's pipe may still be full, and libuv then loses a signal without a word.
  const asking = setInterval(() => script.child.kill('SIGQUIT'), 50);
  const exit = await exitWithin(script, 10_000);
  clearInterval(asking);
  expect(exit).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('ready\nstill here\n');
});

test('a read that blocks goes on by itself when watched signals interrupt it', async () => {
  const script = runInside(async ({ signals, say, until }) => {
    const fs = require('node:fs') as typeof import('node:fs');
    const { execFileSync, spawn } =
      require('node:child_process') as typeof import('node:child_process');
    const folder = fs.mkdtempSync(`${require('node:os').tmpdir()}/minitalk-fifo-`);
    const fifo = `${folder}/fifo`;
    execFileSync('mkfifo', [fifo]);
    let seen = 0;
    const watcher = signals.watch(['SIGUSR2']);
    watcher.on('signal', () => {
      seen += 1;
    });
    const pipe = fs.openSync(fifo, 'r+');
    const writer =
      'for i in 1 2 3 4 5; do kill -USR2 "$0"; sleep 0.05; done; echo late > "$1"; sleep 0.05';
    spawn('sh', ['-c', writer, String(process.pid), fifo]);
    const bytes = Buffer.alloc(10);
    say(bytes.toString('utf8', 0, fs.readSync(pipe, bytes)).trim());
    fs.rmSync(folder, { recursive: true });
    await until(() => seen > 0);
    watcher.close();
  }, []);
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('late\n');
});
