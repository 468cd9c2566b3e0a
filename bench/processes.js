// The processes of a run: workers that are asked, servers that print, programs that end.
const { execFile, fork, spawn } = require('node:child_process');
const { once } = require('node:events');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { promisify } = require('node:util');

const LIMIT_MS = 600_000;
const GRACE_MS = 2000;
const CFLAGS = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-pthread'];

/** Rejects when the child ends, whyever. */
function endOf(child, name) {
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${name} ended with ${signal ?? `code ${code}`}`);
  });
  ended.catch(() => {}); // most end when nobody waits for them
  return ended;
}

/** What `event` brings, before the child ends and before the limit. */
async function next(emitter, event, ended, limitMs, what) {
  const signal = AbortSignal.timeout(limitMs);
  try {
    return (await Promise.race([once(emitter, event, { signal }), ended]))[0];
  } catch (error) {
    throw signal.aborted ? new Error(`${what}: nothing within ${limitMs / 1000} s`) : error;
  }
}

/** Asks it to end, and ends it if it does not. */
async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  if (child.connected) child.disconnect();
  else child.kill();
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await exited;
  clearTimeout(timer);
}

function openProcesses() {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-bench-'));
  const children = new Set();
  const compiled = new Map();

  function keep(child) {
    children.add(child);
    for (const end of ['exit', 'error']) child.once(end, () => children.delete(child));
    return child;
  }

  /** What a program prints. */
  async function run(command, args, limitMs = LIMIT_MS) {
    const running = promisify(execFile)(command, args.map(String), {
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    keep(running.child);
    return (await running).stdout;
  }

  async function compile(name) {
    const program = join(folder, name);
    await run('cc', [...CFLAGS, '-o', program, join(__dirname, `${name}.c`)]);
    return program;
  }

  return {
    run,
    /** For what is compiled; it goes with them. */
    folder,

    /** The path of a C program of this folder, compiled. */
    program(name) {
      if (!compiled.has(name)) compiled.set(name, compile(name));
      return compiled.get(name);
    },

    /** A worker, once it is ready. */
    async start(name, args = []) {
      const child = keep(fork(join(__dirname, 'workers', `${name}.js`), args.map(String)));
      const ended = endOf(child, `worker ${name}`);
      const reply = async (what) => {
        const { result, error } = await next(child, 'message', ended, LIMIT_MS, what);
        if (error !== undefined) throw new Error(`worker ${name}: ${error}`);
        return result;
      };
      await reply(`worker ${name}`);
      const ask = (what, argument) => {
        child.send({ what, argument });
        return reply(`worker ${name}, ${what}`);
      };
      return { pid: child.pid, ask };
    },

    /** A program that stays; `until` waits until what it has `printed` is enough. */
    async launch(command, args = []) {
      const child = keep(spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
      await once(child, 'spawn');
      const name = [command, ...args].join(' ');
      const ended = endOf(child, name);
      let text = '';
      child.stdout.setEncoding('latin1').on('data', (chunk) => {
        text += chunk;
      });
      const until = async (isEnough, limitMs) => {
        while (!isEnough(text)) await next(child.stdout, 'data', ended, limitMs, name);
      };
      return { pid: child.pid, until, printed: () => text, stop: () => stop(child) };
    },

    /** Ends all that run. */
    stopAll: () => Promise.all([...children].map(stop)),

    /** At once, also in the middle of a measurement. */
    close() {
      for (const child of children) child.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    },
  };
}

module.exports = { openProcesses };
