// Living inside Node: each test fails without the rule that it is about.
import { runScript } from '../support/processes.js';

const load = "require(process.cwd() + '/dist/signals/index.js')";

test('process.on after watch leaves both with the signal', async () => {
  const script = runScript(async () => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const watcher = watch(['SIGUSR2']);
    const heard: string[] = [];
    const untilHeard = async (count: number) => {
      while (heard.length < count) await new Promise((resolve) => setImmediate(resolve));
    };
    watcher.on('signal', ({ signal }) => heard.push(`watched ${signal}`));
    process.on('SIGUSR2', () => heard.push('listened'));
    process.kill(process.pid, 'SIGUSR2');
    await untilHeard(2);
    watcher.close();
    process.kill(process.pid, 'SIGUSR2');
    await untilHeard(3);
    process.stdout.write(heard.join('\n'));
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text.trim().split('\n').sort()).toEqual([
    'listened',
    'listened',
    'watched SIGUSR2',
  ]);
});

test('process.on before watch keeps its signal during and after it', async () => {
  const script = runScript(async () => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    let heard = 0;
    process.on('SIGUSR2', () => {
      heard += 1;
    });
    const watcher = watch(['SIGUSR2']);
    for (const [i, close] of [false, true, false].entries()) {
      process.kill(process.pid, 'SIGUSR2');
      while (heard <= i) await new Promise((resolve) => setImmediate(resolve));
      if (close) watcher.close();
    }
    process.stdout.write(String(heard));
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('3');
});

test('removeAllListeners does not expose the process to the default action, and displaces nothing', async () => {
  const script = runScript(async () => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const watcher = watch(['SIGUSR2']);
    watcher.on('signal', () => process.stdout.write('watched\n'));
    watcher.on('displaced', (signal) => process.stdout.write(`displaced ${signal}\n`));
    process.removeAllListeners('SIGUSR2');
    process.kill(process.pid, 'SIGUSR2');
    watcher.close(); // which hands over what came
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('watched\n');
});

test('a SIGTERM that a Worker watches is replaced by watching, as in the main thread', async () => {
  const script = runScript(
    async (_, watchIt: string) => {
      const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
      const worker = new Worker(
        `const { watch } = ${watchIt};
         const { parentPort } = require('node:worker_threads');
         watch(['SIGTERM']).on('signal', ({ signal }) => parentPort.postMessage(signal));
         parentPort.postMessage('up');`,
        { eval: true },
      );
      await new Promise((resolve) => worker.once('message', resolve));
      process.kill(process.pid, 'SIGTERM');
      process.stdout.write(await new Promise<string>((resolve) => worker.once('message', resolve)));
      process.exit(3);
    },
    [load],
    { bare: true },
  );
  expect(await script.closed).toEqual({ code: 3, signal: null });
  expect(script.text).toBe('SIGTERM');
});

test('a watched SIGUSR1 does not open the inspector, in the main thread or in a Worker', async () => {
  for (const where of ['main', 'worker']) {
    const script = runScript(
      async (_, watchIt: string, place: string) => {
        const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
        const source = `${watchIt}.watch(['SIGUSR1']);`;
        if (place === 'worker') {
          const worker = new Worker(
            `${source} require('node:worker_threads').parentPort.postMessage('up');`,
            { eval: true },
          );
          await new Promise((resolve) => worker.once('message', resolve));
        } else {
          // biome-ignore lint/security/noGlobalEval: the same source as in the Worker
          eval(source);
        }
        process.kill(process.pid, 'SIGUSR1');
        setTimeout(() => process.exit(0), 500);
      },
      [load, where],
      { bare: true },
    );
    expect(await script.closed).toEqual({ code: 0, signal: null });
    expect(script.stderr).toBe('');
  }
});

test("after close SIGUSR1 is Node's again: it opens the inspector", async () => {
  const script = runScript(async () => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    process.debugPort = 0; // any free one
    watch(['SIGUSR1']).close();
    process.kill(process.pid, 'SIGUSR1');
    setTimeout(() => process.exit(0), 1000);
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.stderr).toContain('Debugger listening');
});

test('child processes are not disturbed: they exit, and inherit no handler of ours', async () => {
  const script = runScript(async () => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const { execFile } = require('node:child_process') as typeof import('node:child_process');
    const watcher = watch(['SIGUSR2', 'SIGHUP', 'SIGRTMIN+1']);
    const status = await new Promise<string>((resolve) =>
      execFile('cat', ['/proc/self/status'], (_, stdout) => resolve(stdout)),
    );
    process.stdout.write(/SigIgn:\s*(\w+)/.exec(status)?.[1] ?? 'none');
    process.stdout.write(` ${/SigCgt:\s*(\w+)/.exec(status)?.[1]}`);
    watcher.close();
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  const [ignored, caught] = script.text.split(' ').map((mask) => BigInt(`0x${mask}`)) as [
    bigint,
    bigint,
  ];
  for (const signo of [12, 1, 35]) {
    expect((ignored >> BigInt(signo - 1)) & 1n).toBe(0n);
    expect((caught >> BigInt(signo - 1)) & 1n).toBe(0n);
  }
});

test('1,000 cycles of watch and close with signals in between leave the dispositions as they were', async () => {
  const script = runScript(async () => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const { readFileSync, readdirSync } = require('node:fs') as typeof import('node:fs');
    const masks = () =>
      /SigIgn[\s\S]*SigCgt.*/.exec(readFileSync('/proc/self/status', 'latin1'))?.[0];
    const before = masks();
    let descriptors = 0;
    for (let i = 0; i < 1000; i += 1) {
      const watcher = watch(['SIGHUP', 'SIGUSR1', 'SIGRTMIN+4']);
      process.kill(process.pid, 'SIGHUP');
      if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
      watcher.close();
      if (i === 500) descriptors = readdirSync('/proc/self/fd').length;
    }
    const after = masks();
    const kept = readdirSync('/proc/self/fd').length - descriptors;
    process.stdout.write(`${before === after} ${kept}`);
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('true 0');
});
