// minitalk watch: shows what comes, and goes on until it is told to end.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { queue } from '../../lib/signals/send.js';
import { bin, Process, root, untilStopped } from '../support/processes.js';

async function startWatch(args: readonly string[] = [], first = ':'): Promise<Process> {
  const command = [join(root, 'bin', 'minitalk'), 'watch', ...args];
  // A group of its own: whose whole session is orphaned cannot be stopped, see setpgid(2).
  const group = ['-c', 'import os, sys; os.setpgid(0, 0); os.execvp(sys.argv[1], sys.argv[1:])'];
  const shell = ['sh', '-c', `${first}; exec "$@"`, 'sh'];
  const watch = new Process('python3', [...group, ...shell, ...command]);
  await watch.until(({ stderr }) => stderr.endsWith('\n'));
  return watch;
}

const lines = ({ text }: Process) => text.split('\n').slice(0, -1);
const signalsOf = (watch: Process) => lines(watch).map((line) => line.split(' ')[0]);

/** Sends it, and waits for its line. */
async function show(watch: Process, signal: NodeJS.Signals): Promise<string> {
  const before = lines(watch).length;
  process.kill(watch.pid, signal);
  await watch.until(() => lines(watch).length > before);
  return lines(watch).at(-1) as string;
}

test('it tells its pid and what to try on standard error, and who sent a signal on standard output', async () => {
  const watch = await startWatch();
  expect(watch.stderr).toMatch(
    new RegExp(`^minitalk watch: pid ${watch.pid};.*kill -USR1 ${watch.pid}\\b.*Ctrl-C.*\\n$`),
  );
  expect(watch.text).toBe('');
  expect(await show(watch, 'SIGUSR1')).toMatch(new RegExp(`^SIGUSR1 .*\\b${process.pid}\\b`));
  expect(await show(watch, 'SIGUSR2')).toMatch(/^SIGUSR2 .*\(.*node.*\)/); // its name
  expect(await watch.end('SIGINT')).toEqual({ code: 0, signal: null });
  expect(signalsOf(watch)).toEqual(['SIGUSR1', 'SIGUSR2', 'SIGINT']);
  expect(watch.stderr).toMatch(/^[^\n]+\n$/);
});

test('all are shown that can be caught without harm', async () => {
  const watch = await startWatch();
  const others = ['SIGALRM', 'SIGWINCH', 'SIGURG', 'SIGPIPE', 'SIGVTALRM', 'SIGXFSZ'] as const;
  for (const signal of others) await show(watch, signal);
  queue(watch.pid, 'SIGRTMIN', 1);
  await watch.until(() => lines(watch).length === 7);
  queue(watch.pid, 'SIGRTMAX', 1);
  await watch.until(() => lines(watch).length === 8);
  expect(signalsOf(watch)).toEqual([...others, 'SIGRTMIN', 'SIGRTMIN+30']);
  await watch.end('SIGTERM');
});

test('job control goes on as ever', async () => {
  const watch = await startWatch();
  process.kill(watch.pid, 'SIGTSTP');
  await untilStopped(watch);
  expect(await show(watch, 'SIGCONT')).toMatch(/^SIGCONT /);
  const { SigCgt } = Object.fromEntries(
    readFileSync(`/proc/${watch.pid}/status`, 'latin1')
      .split('\n')
      .map((line) => line.split(/:\s*/)),
  );
  const [SIGTTIN, SIGTTOU] = [21n, 22n];
  for (const signo of [SIGTTIN, SIGTTOU]) {
    expect((BigInt(`0x${SigCgt}`) >> (signo - 1n)) & 1n).toBe(0n);
  }
  await watch.end('SIGTERM');
});

test('of named ones, by any of their names, the others do what they would', async () => {
  const watch = await startWatch(['tstp', '14', 'SIGURG']);
  for (const signal of ['SIGTSTP', 'SIGALRM', 'SIGURG'] as const) {
    expect(await show(watch, signal)).toMatch(new RegExp(`^${signal} `));
  }
  expect(await watch.end('SIGVTALRM')).toEqual({ code: null, signal: 'SIGVTALRM' });
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s is shown although another is named, and ends it',
  async (signal) => {
    const watch = await startWatch(['URG']);
    expect(await watch.end(signal)).toEqual({ code: 0, signal: null });
    expect(watch.text).toMatch(new RegExp(`^${signal} .*\\b${process.pid}\\b.*\\n$`));
  },
);

test('what was ignored when it started is shown, and does not end it', async () => {
  const watch = await startWatch([], "trap '' HUP INT");
  for (const signal of ['SIGHUP', 'SIGINT'] as const) await show(watch, signal);
  expect(await watch.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(signalsOf(watch)).toEqual(['SIGHUP', 'SIGINT', 'SIGTERM']);
});

test('--json: each signal is one object, and nothing else is on standard output', async () => {
  const watch = await startWatch(['--json']);
  expect(JSON.parse(watch.stderr)).toEqual({ event: 'watching', pid: watch.pid });
  queue(watch.pid, 'SIGRTMIN+3', 2n ** 64n - 1n);
  await watch.until(({ text }) => text.endsWith('\n'));
  expect(JSON.parse(watch.text)).toMatchObject({
    signal: 'SIGRTMIN+3',
    code: 'SI_QUEUE',
    value: '18446744073709551615',
    attested: false,
  });
  await watch.end('SIGTERM');
  expect(lines(watch).map((line) => JSON.parse(line).signal)).toEqual(['SIGRTMIN+3', 'SIGTERM']);
});

test('when nobody reads any more the next signal ends it: 74', async () => {
  const watch = await startWatch();
  await show(watch, 'SIGUSR1');
  watch.child.stdout?.destroy();
  process.kill(watch.pid, 'SIGUSR2');
  expect(await watch.closed).toEqual({ code: 74, signal: null });
  expect(watch.stderr).toMatch(/\nminitalk watch: EPIPE[^\n]+\n$/);
});

test.each(['KILL', 'SIGSTOP', 'CHLD', '32', '0', '65', 'NOPE', '--nope'])(
  'watch %s is refused with 64 and one line',
  async (argument) => {
    const watch = new Process(process.execPath, [bin('minitalk'), 'watch', 'HUP', argument]);
    expect(await watch.closed).toEqual({ code: 64, signal: null });
    expect(watch.text).toBe('');
    expect(watch.stderr).toMatch(/^minitalk watch: [^\n]+\n$/);
  },
);
