// minitalk/testing: what it observes, and what it says of what was not expected.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectEnd, expectSignal, spawnObserved, startTarget } from '../../dist/testing/index.js';
import { openProcess, queue } from '../../lib/signals/index.js';
import { root } from '../support/processes.js';

type Child = ReturnType<typeof spawnObserved>;

const children = new Set<Child>();
const kept = <T extends Child>(child: T): T => {
  children.add(child);
  return child;
};

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

/** A Node program, once it has said something. */
async function program(source: string, env = process.env): Promise<Child> {
  const child = kept(
    spawnObserved(process.execPath, ['-e', `${source}; require('fs').writeSync(1, 'ready')`], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}

const stay = 'setInterval(() => {}, 1000)';

test('each signal is expected once and in order, with who sent it', async () => {
  const target = kept(await startTarget(['SIGTERM', 'SIGUSR2']));
  const pid = target.pid as number;
  const waited = expectSignal(target, 'SIGTERM', { from: process.pid });
  process.kill(pid, 'SIGTERM');
  expect(await waited).toMatchObject({ pid: process.pid, attested: true, origin: 'process' });
  process.kill(pid, 'SIGUSR2');
  await expectSignal(target, 'SIGUSR2', { from: process });
  const other = spawn(process.execPath, ['-e', `process.kill(${pid}, 'SIGTERM'); ${stay}`]);
  kept(other);
  const { sender } = await expectSignal(target, 'SIGTERM', { from: other });
  expect(sender?.commandLine).toContain('-e');
  await expect(expectSignal(target, 'SIGTERM', { timeout: 50 })).rejects.toMatchObject({
    name: 'AssertionError',
    message: `process ${pid} did not get SIGTERM in 50 ms`,
  });
});

test('another signal, another sender and a mere claim are not what was expected', async () => {
  const target = kept(await startTarget(['SIGTERM', 'SIGINT', 'SIGRTMIN+3']));
  const pid = target.pid as number;
  process.kill(pid, 'SIGINT');
  await expect(expectSignal(target, 'SIGTERM')).rejects.toThrow(
    new RegExp(`^process ${pid} got SIGINT from pid ${process.pid} \\(.+\\), not SIGTERM$`),
  );
  process.kill(pid, 'SIGTERM');
  await expect(expectSignal(target, 'SIGTERM', { from: 1 })).rejects.toThrow(
    'not SIGTERM from pid 1',
  );
  queue(pid, 'SIGRTMIN+3', 7n);
  await expect(expectSignal(target, 'SIGRTMIN+3', { from: process })).rejects.toThrow(
    `got SIGRTMIN+3 from a sender that claims pid ${process.pid}, not`,
  );
  queue(pid, 'SIGRTMIN+3', 7n);
  expect(await expectSignal(target, 'SIGRTMIN+3')).toMatchObject({ value: '7', attested: false });
});

test('the signal that ends a program is observed, and one that it handles', async () => {
  const child = await program(`process.on('SIGTERM', () => {}); ${stay}`);
  child.kill('SIGTERM');
  await expectSignal(child, 'SIGTERM', { from: process });
  child.kill('SIGHUP');
  await expectEnd(child, 'SIGHUP');
  await expectSignal(child, 'SIGHUP', { from: process });
  await expect(expectSignal(child, 'SIGHUP')).rejects.toThrow(
    `process ${child.pid} ended (SIGHUP) without SIGHUP`,
  );
});

test("the environment's own options stand, and its wishes for reports do not", async () => {
  const source = `if (require('http').maxHeaderSize !== 9999) process.exit(1); ${stay}`;
  const child = await program(source, {
    ...process.env,
    NODE_OPTIONS: '--max-http-header-size=9999',
    MINITALK_REPORT: 'off',
    MINITALK_REPORT_ONLY: 'nobody.js',
  });
  child.kill('SIGTERM');
  await expectSignal(child, 'SIGTERM');
});

test('the signals of its children are not its own', async () => {
  const child = await program(`
    const { spawnSync } = require('child_process');
    spawnSync(process.execPath, ['-e', 'process.kill(process.pid, "SIGHUP"); for (;;);']);
    ${stay}`);
  child.kill('SIGTERM');
  await expectSignal(child, 'SIGTERM');
});

test('the end of any process can be expected', async () => {
  const sleeper = kept(spawn('sleep', ['100']));
  await expect(expectEnd(sleeper, 'SIGTERM', { timeout: 20 })).rejects.toThrow(
    `process ${sleeper.pid} did not end in 20 ms`,
  );
  sleeper.kill('SIGINT');
  await expect(expectEnd(sleeper, 'SIGTERM')).rejects.toMatchObject({
    message: `process ${sleeper.pid} ended otherwise: SIGINT, not SIGTERM`,
    actual: 'SIGINT',
    expected: 'SIGTERM',
  });
  await expectEnd(kept(spawn('sh', ['-c', 'exit 3'])), 3);
  await expect(expectSignal(sleeper, 'SIGINT')).rejects.toThrow('are not observed');
});

test('a target that cannot begin says so, and nothing is left behind', async () => {
  await expect(startTarget('SIGKILL')).rejects.toThrow(
    /^the target ended before it was ready: exit code 1; it said: (.|\n)*cannot watch SIGKILL/,
  );
  await expect(startTarget('SIGWINCH')).rejects.toThrow('does not end a process');
  await expect(startTarget('SIGNONE' as 'SIGTERM')).rejects.toThrow('unknown signal');
  const target = kept(await startTarget('SIGTERM'));
  const environment = readFileSync(`/proc/${target.pid}/environ`, 'utf8');
  const file = /MINITALK_REPORT_FILE=([^\0]+)/.exec(environment)?.[1] as string;
  target.kill('SIGTERM');
  await expectSignal(target, 'SIGTERM');
  expect(existsSync(file)).toBe(true);
  const closed = once(target, 'close');
  target.kill('SIGKILL');
  await closed;
  expect(existsSync(file)).toBe(false);
});

test('a target ends with who started it', async () => {
  const starter = kept(
    spawn(process.execPath, [
      '-e',
      `require(${JSON.stringify(join(root, 'dist', 'testing', 'index.js'))})
        .startTarget('SIGTERM')
        .then(({ pid }) => console.log(pid))`,
    ]),
  );
  const [pid] = await once(starter.stdout as NodeJS.ReadableStream, 'data');
  const target = openProcess(Number(pid));
  starter.kill('SIGKILL');
  await target.exited;
  target.close();
});
