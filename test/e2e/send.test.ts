// minitalk send: one signal to one process, and what that does with it.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asAnotherUser, bin, Process, untilStopped } from '../support/processes.js';
import { startVictim } from '../support/victim.js';

const asRoot = process.getuid?.() === 0 ? test : test.skip;
/** The kernel's limit of pids is 2^22. */
const NOBODY = 2 ** 22;

async function send(args: readonly (string | number)[], prefix: readonly string[] = []) {
  const command = [...prefix, process.execPath, bin('minitalk'), 'send', ...args.map(String)];
  const sender = new Process(command[0] as string, command.slice(1));
  const exit = await sender.closed;
  return { ...exit, stdout: sender.text, stderr: sender.stderr };
}

/** A process that has done what `first` says, and waits. */
async function startPython(first = ''): Promise<Process> {
  const target = new Process('python3', [
    '-c',
    `import signal, time\n${first}\nprint("there", flush=True)\ntime.sleep(1000)`,
  ]);
  await target.until(({ text }) => text === 'there\n');
  return target;
}

test('who catches it gets it, and that is said', async () => {
  const victim = await startVictim();
  expect(await send([victim.pid, 'SIGUSR1'])).toEqual({
    code: 0,
    signal: null,
    stdout: expect.stringMatching(
      new RegExp(`^SIGUSR1 sent to pid ${victim.pid} \\(python3\\S*\\), which catches it\\n$`),
    ) as string,
    stderr: '',
  });
  await victim.until(({ text }) => text === 'catch\ncaught\n');
});

test.each<[string, NodeJS.Signals]>([
  ['usr1', 'SIGUSR1'],
  ['TERM', 'SIGTERM'],
  ['9', 'SIGKILL'],
])('who does not catch %s is ended by it, and that is said', async (name, signal) => {
  const target = await startPython();
  const { stdout } = await send([target.pid, name]);
  expect(stdout.replace(/\(python3\S*\)/, '(python3)')).toBe(
    `${signal} sent to pid ${target.pid} (python3), which does not catch it: it ends\n`,
  );
  expect(await target.closed).toEqual({ code: null, signal });
});

test('who does not catch a realtime signal is ended by it, and that is said', async () => {
  // Node has no names for realtime signals, the shell has numbers.
  const shell = new Process('sh', ['-c', 'sleep 1000 & echo $!; wait $!; echo $?']);
  await shell.until(({ text }) => text.endsWith('\n'));
  const { stdout } = await send([Number(shell.text), 'rtmin+3']);
  expect(stdout).toMatch(/^SIGRTMIN\+3 sent .*: it ends\n$/);
  await shell.closed;
  expect(shell.text).toMatch(/\n165\n$/);
});

test('who ignores it, or is stopped and continued by it: that is said', async () => {
  const target = await startPython('signal.signal(signal.SIGHUP, signal.SIG_IGN)');
  const what = async (signal: string) => (await send([target.pid, signal])).stdout.split(', ')[1];
  expect(await what('SIGHUP')).toBe('which ignores it\n');
  expect(await what('SIGURG')).toBe('which ignores it\n');
  expect(await what('SIGSTOP')).toBe('which does not catch it: it stops\n');
  await untilStopped(target);
  expect(await what('SIGCONT')).toBe('which does not catch it: it continues if it was stopped\n');
  expect(target.child.exitCode).toBeNull();
});

test.each([
  ['its value', ['--value', '18446744073709551615'], '18446744073709551615', 'SI_QUEUE'],
  ['a value in hex', ['--value', '0xff'], '255', 'SI_QUEUE'],
  ['no value', [], '0', 'SI_USER'],
])('it carries %s', async (_, options, value, code) => {
  const watch = new Process(process.execPath, [bin('minitalk'), 'watch', '--json']);
  await watch.until(({ stderr }) => stderr.endsWith('\n'));
  expect(await send([watch.pid, 'RTMIN+1', ...options])).toMatchObject({ code: 0 });
  await watch.until(({ text }) => text.endsWith('\n'));
  expect(JSON.parse(watch.text)).toMatchObject({ signal: 'SIGRTMIN+1', code, value });
  await watch.end();
});

test('it goes to the thread that is told, with a value and without', async () => {
  const target = await startPython(`import threading
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGUSR2])
threading.Thread(target=time.sleep, args=[1000]).start()`);
  const thread = readdirSync(`/proc/${target.pid}/task`).find((id) => id !== String(target.pid));
  await send([target.pid, 'USR1', '--thread', thread as string]);
  await send([target.pid, 'USR2', '--thread', thread as string, '--value', 1]);
  const status = readFileSync(`/proc/${target.pid}/task/${thread}/status`, 'latin1');
  // The thread's own, and those of the whole process: bits 9 and 11 are 10 and 12.
  expect(status).toMatch(/^SigPnd:\t0+a00\nShdPnd:\t0+\n/m);
});

test('--json: what was sent, or the error, is one object', async () => {
  const victim = await startVictim();
  const { stdout, stderr } = await send([victim.pid, 'USR2', '--value', 7, '--json']);
  expect(JSON.parse(stdout)).toEqual({
    event: 'sent',
    signal: 'SIGUSR2',
    number: 12,
    pid: victim.pid,
    process: expect.stringMatching(/^python3/) as string,
    value: '7',
    response: 'handler',
  });
  expect(stderr).toBe('');
  const bad = await send([NOBODY, 'USR2', '--json']);
  expect(bad.stdout).toBe('');
  expect(JSON.parse(bad.stderr)).toMatchObject({ event: 'error', code: 'ESRCH' });
});

test('a name that would move the cursor does not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-'));
  try {
    const program = join(folder, '\x1b[2Jx\x07');
    copyFileSync('/bin/sleep', program);
    const target = new Process(program, ['1000']);
    expect((await send([target.pid, 'URG'])).stdout).toContain('(?[2Jx?)');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  [['0', 'TERM'], 'invalid pid 0'],
  [['1', 'TERM'], 'invalid pid 1'],
  [['-1', 'TERM'], 'invalid pid "-1"'],
  [['-4242', 'TERM'], 'invalid pid "-4242"'],
  [['4294967298', 'TERM'], 'invalid pid 4294967298'],
  [['5x', 'TERM'], 'invalid pid "5x"'],
  [['4242', 'NOPE'], "value 'NOPE' is invalid"],
  [['4242', '0'], "value '0' is invalid"],
  [['4242', 'TERM', '--value', '-1'], "'-1' is invalid"],
  [['4242', 'TERM', '--value', '18446744073709551616'], "'18446744073709551616' is invalid"],
  [['4242', 'TERM', '--thread', '0'], 'invalid pid 0'],
  [['4242'], "missing required argument 'signal'"],
  [['4242', 'TERM', 'KILL'], 'too many arguments'],
])('%j is refused with 64 before anything is looked at', async (args, why) => {
  const { code, stdout, stderr } = await send(args);
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  expect(stderr).toMatch(/^minitalk send: [^\n]+\n$/);
  expect(stderr).toContain(why);
});

test('nobody of that pid, a zombie, or no such thread: 69, and no word of servers', async () => {
  const victim = await startVictim();
  const parent = new Process('python3', [
    '-c',
    `import os, time
child = os.fork() or os._exit(0)
os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
print(child, flush=True)
time.sleep(1000)`,
  ]);
  await parent.until(({ text }) => text.endsWith('\n'));
  for (const [pid, ...options] of [
    [NOBODY],
    [Number(parent.text)],
    [victim.pid, '--thread', NOBODY],
    [victim.pid, '--thread', process.pid],
  ]) {
    const { code, stdout, stderr } = await send([pid as number, 'USR1', ...options]);
    expect({ code, stdout }).toEqual({ code: 69, stdout: '' });
    expect(stderr).toMatch(/^minitalk send: \w+ ESRCH: [^\n]+: no such process\n$/);
  }
  expect(victim.text).toBe('catch\n');
});

asRoot('another user’s process: 77', async () => {
  const victim = await startVictim();
  const { code, stdout, stderr } = await send([victim.pid, 'USR1'], asAnotherUser);
  expect({ code, stdout }).toEqual({ code: 77, stdout: '' });
  expect(stderr).toMatch(/^minitalk send: pidfd_send_signal EPERM: [^\n]+\n$/);
});

test('a queue that is full: 75', async () => {
  const target = new Process('bash', ['-c', 'ulimit -i 0; echo there; exec sleep 1000']);
  await target.until(({ text }) => text === 'there\n');
  const { code, stdout, stderr } = await send([target.pid, 'RTMIN+1', '--value', 1]);
  expect({ code, stdout }).toEqual({ code: 75, stdout: '' });
  expect(stderr).toMatch(/EAGAIN: [^\n]+RLIMIT_SIGPENDING/);
});
