// Signals that were ignored when a command started, as by nohup(1), go on being ignored.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bin, Process, root, runClient, sleep, untilReads } from '../support/processes.js';

const installed = join(root, 'bin', 'minitalk-server');
const direct = `'${process.execPath}' '${bin('minitalk-server')}'`;

/** A server that a shell starts. */
async function startIn(shell: string, script: string, env: NodeJS.ProcessEnv = {}) {
  const process = new Process(shell, ['-c', script], { env });
  await process.until(({ text }) => /PID: \d+\n/.test(text));
  return { process, pid: Number(/PID: (\d+)\n/.exec(process.text)?.[1]) };
}

async function isGone(pid: number): Promise<true> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(5);
  }
}

/** Sends a signal that the server must not follow, then one that it must. */
async function expectIgnored(pid: number, ignored: NodeJS.Signals[], end: NodeJS.Signals) {
  for (const signal of ignored) {
    process.kill(pid, signal);
    expect((await runClient([pid, `after ${signal}`])).code).toBe(0);
  }
  process.kill(pid, end);
  expect(await isGone(pid)).toBe(true);
}

test.each<[string, string, string, NodeJS.Signals[], NodeJS.Signals]>([
  ['nohup and the installed command', 'sh', `nohup ${installed}; :`, ['SIGHUP'], 'SIGTERM'],
  ['nohup, called by bash', 'bash', `nohup ${direct} </dev/null; :`, ['SIGHUP'], 'SIGTERM'],
  ['nohup on a terminal', 'sh', `exec nohup ${direct} 0>/dev/null`, ['SIGHUP'], 'SIGINT'],
  ['a subshell that ignores it', 'sh', `(trap '' HUP; ${installed}) & wait`, ['SIGHUP'], 'SIGTERM'],
  [
    'a shell above that ignores it',
    'sh',
    `trap '' HUP INT; ${direct}; :`,
    ['SIGHUP', 'SIGINT'],
    'SIGTERM',
  ],
  ['a background job', 'sh', `${installed} & wait`, ['SIGINT', 'SIGQUIT'], 'SIGHUP'],
  ['any of them', 'sh', `trap '' TERM INT; exec ${installed}`, ['SIGTERM', 'SIGINT'], 'SIGHUP'],
])('%s', async (_, shell, script, ignored, end) => {
  const { pid } = await startIn(shell, script);
  await expectIgnored(pid, ignored, end);
});

test.each<[string, string, NodeJS.ProcessEnv]>([
  ['a supervisor', `exec ${direct}`, {}],
  ['a supervisor and the installed command', `exec ${installed}`, {}],
  ['a shell in front', `${direct}; :`, {}],
  [
    'somebody who was told so of another process',
    `exec ${direct}`,
    { MINITALK_SIGIGN: '1:ffffffffffffffff' },
  ],
])('by %s SIGHUP ends a server, orderly', async (_, script, env) => {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    const { process: shell, pid } = await startIn('sh', script, env);
    process.kill(pid, signal);
    expect(await shell.closed).toEqual({ code: 0, signal: null });
  }
});

test('what a parent that is no shell ignores for itself is not ignored', async () => {
  const parent = new Process('python3', [
    '-c',
    `import signal, subprocess, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
restore = lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL)
sys.exit(subprocess.call(sys.argv[1:], preexec_fn=restore))`,
    process.execPath,
    bin('minitalk-server'),
  ]);
  await parent.until(({ text }) => /PID: \d+\n/.test(text));
  const pid = Number(/PID: (\d+)\n/.exec(parent.text)?.[1]);
  process.kill(pid, 'SIGHUP');
  const { code } = await runClient([pid, 'too late']);
  try {
    process.kill(pid, 'SIGKILL'); // it is no child of ours
  } catch {
    // Gone, as it should be.
  }
  expect(code).toBe(69);
  await parent.closed;
});

test('a client that was started with SIGHUP ignored does not end by it', async () => {
  const { pid } = await startIn('sh', `exec ${direct}`);
  const client = new Process(
    'sh',
    ['-c', `trap '' HUP; exec ${join(root, 'bin', 'minitalk-client')} ${pid}`],
    { stdin: 'pipe' },
  );
  client.child.stdin?.write('first, ');
  await untilReads(client);
  client.child.kill('SIGHUP');
  client.child.stdin?.end('last');
  expect(await client.closed).toEqual({ code: 0, signal: null });
});

test('the installed commands are found through links, and pass their arguments on as they are', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
  const link = join(folder, 'link');
  await new Process('ln', ['-s', join(root, 'bin', 'minitalk'), link]).closed;
  const { pid, process: server } = await startIn('sh', `exec ${link} server`);
  for (const text of ['a  b', '*', '', '$HOME "\\ \'']) {
    const client = new Process(link, ['client', String(pid), text], { cwd: folder });
    expect(await client.closed).toEqual({ code: 0, signal: null });
    expect(client.stderr).toBe('');
  }
  const installedClient = join(root, 'bin', 'minitalk-client');
  const json = new Process(installedClient, ['--json', String(pid), 'c  d']);
  expect(await json.closed).toEqual({ code: 0, signal: null });
  expect(JSON.parse(json.text)).toMatchObject({ event: 'delivered', bytes: 4 });
  process.kill(pid, 'SIGTERM');
  await server.closed;
  expect(server.text).toBe(`Server PID: ${pid}\na  b\n*\n\n$HOME "\\ '\nc  d\n`);
  const refused = new Process(installed, ['--name', 'a  b']);
  expect(await refused.closed).toEqual({ code: 64, signal: null });
  expect(refused.stderr).toContain('invalid server name "a  b"');
  rmSync(folder, { recursive: true });
});
