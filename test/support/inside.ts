// Runs a function in a process of its own, with what these tests need there. Its source is
// all that it sees; so is that of a Worker's.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { type Exit, Process, root } from './processes.js';

type Signals = typeof import('../../lib/signals/index.js');

export interface Inside {
  readonly signals: Signals;
  pause(ms: number): Promise<void>;
  /** Polls the condition for 20 s, or PATIENCE_MS, then says so and exits with 9. */
  until(condition: () => boolean): Promise<void>;
  /** Writes a line at once, so that a signal that ends the process cannot swallow it. */
  say(text: string): void;
  /** Resolves once the function has returned in the Worker, with what it returned. */
  startWorker<A extends unknown[], R>(
    script: (inside: Inside, ...args: A) => R,
    ...args: A
  ): Promise<{ worker: Worker; result: Awaited<R> }>;
}

// Lazy, so that a process can leave the addon to its Workers.
const prelude = `
  const inside = {
    get signals() { return require(LIBRARY); },
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    until: async (condition) => {
      for (const end = Date.now() + Number(process.env.PATIENCE_MS ?? 20000); !condition(); await inside.pause(2)) {
        if (Date.now() < end) continue;
        inside.say('waited in vain for ' + condition);
        process.exit(9);
      }
    },
    say: (text) => require('node:fs').writeSync(1, text + '\\n'),
    startWorker: (script, ...args) => new Promise((resolve, reject) => {
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(
        PRELUDE + ';Promise.resolve((' + script + ')(inside, ...' + JSON.stringify(args) + '))' +
          '.then((result) => require("node:worker_threads").parentPort.postMessage({ result }))',
        { eval: true },
      );
      worker.once('message', ({ result }) => resolve({ worker, result })).once('error', reject);
    }),
  };`;

function source(script: (...args: never[]) => unknown, args: readonly unknown[], nodes: string) {
  const library = JSON.stringify(join(nodes, 'dist', 'signals', 'index.js'));
  const start = prelude.replace('LIBRARY', library);
  return `const PRELUDE = ${JSON.stringify(`const PRELUDE = '';${start}`)};${start}
    Promise.resolve((${script.toString()})(inside, ...${JSON.stringify(args)}));`;
}

export interface InsideOptions {
  /** Node's own, before the script. */
  flags?: readonly string[];
  /** A command that runs it. */
  prefix?: readonly string[];
}

export function runInside<A extends unknown[]>(
  script: (inside: Inside, ...args: A) => unknown,
  args: [...A],
  { flags = [], prefix = [] }: InsideOptions = {},
): Process {
  const [command = '', ...rest] = [
    ...prefix,
    process.execPath,
    ...flags,
    '-e',
    source(script, args, root),
  ];
  return new Process(command, rest);
}

/** Resolves once the process has printed the line. */
export function hasSaid(process: Process, line: string): Promise<void> {
  return process.until(({ text }) => text.split('\n').includes(line));
}

/** How it ended; undefined when it did not within so many ms: it hangs or spins. */
export function exitWithin(process: Process, ms: number): Promise<Exit | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, undefined);
    void process.closed.then((exit) => {
      clearTimeout(timer);
      resolve(exit);
    });
  });
}

const copies: string[] = [];

afterAll(() => {
  for (const folder of copies.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const ADDON = join('build', 'Release', 'minitalk.node');

/** The folder of a second copy of the package's signals, as another version of it would be. */
export function copyOfPackage(
  putAddon = (path: string) => cpSync(join(root, ADDON), path),
): string {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-copy-'));
  copies.push(folder);
  for (const part of ['dist', 'package.json']) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(dirname(join(folder, ADDON)), { recursive: true });
  putAddon(join(folder, ADDON));
  return join(folder, 'dist', 'signals');
}
