// A process of the stress, seen from outside: its lines, its end, the signals that it gets.
const { spawn } = require('node:child_process');
const { createInterface } = require('node:readline');

/** Its environment carries this, by which leftovers are found. */
const MARK = 'MINITALK_SOAK_RUN';

/** @param limit pending signals that it may have, or undefined */
function startChild(command, args, { onLine = () => {}, env = {}, limit, input } = {}) {
  const whole =
    limit === undefined
      ? [command, ...args]
      : ['bash', '-c', `ulimit -i ${limit}; exec "$@"`, 'bash', command, ...args];
  const child = spawn(whole[0], whole.slice(1), { env: { ...process.env, ...env } });
  const timers = new Set();
  let stderr = '';
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  createInterface({ input: child.stdout }).on('line', onLine);
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.on('error', () => {}); // it has ended
  if (input !== undefined) child.stdin.end(input);
  const ended = new Promise((resolve) => {
    child.on('close', (code, signal) => {
      for (const timer of timers) clearTimeout(timer);
      resolve({ code, signal, stderr });
    });
  });
  const kill = (signal) => {
    if (!hasEnded()) child.kill(signal);
  };
  const later = (ms, action) => timers.add(setTimeout(action, ms));
  return {
    pid: child.pid,
    ended,
    hasEnded,
    kill,
    later,
    tell: (line) => child.stdin.write(`${JSON.stringify(line)}\n`),
    /** Stopped from `at` on for `ms`; a stopped process that is to end goes on first. */
    stop: ({ at, ms }) =>
      later(at, () => {
        kill('SIGSTOP');
        later(ms, () => kill('SIGCONT'));
      }),
  };
}

module.exports = { MARK, startChild };
