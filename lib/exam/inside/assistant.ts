// A second process that signals a stranger: to a server it is another client than the examiner. It is the examiner's
// own program; what it is to send comes by its standard input, what it gets goes to its standard output.
import { type ChildProcess, spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Signal } from '../../dialects/dialect.js';
import type { Assistance } from '../report.js';

const NAMES = { 1: 'SIGUSR1', 2: 'SIGUSR2' } as const;
const READY = 'ready';
const SENT = 'sent';

/** What the assistant's process does, until its input ends. */
export async function assist(target: number): Promise<number> {
  const STDOUT = 1;
  for (const signal of [1, 2] as const) {
    process.on(NAMES[signal], () => writeSync(STDOUT, `${signal}\n`));
  }
  writeSync(STDOUT, `${READY}\n`);
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      process.kill(target, NAMES[Number(line) as Signal]);
      writeSync(STDOUT, `${SENT}\n`);
    } catch {
      break; // it has ended
    }
  }
  return 0;
}

export interface Assistant {
  readonly received: readonly Signal[];
  /** Resolves when it is sent. */
  send(signal: Signal): Promise<void>;
  /** Resolves when it has ended. */
  end(): Promise<void>;
}

/** Resolves when it catches both signals. */
export async function startAssistant(order: Assistance): Promise<Assistant> {
  const args = [process.argv[1] as string, JSON.stringify(order)];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const received: Signal[] = [];
  const input = child.stdin as Writable;
  input.on('error', () => {}); // it has ended, with the server
  let isDone = () => {};
  const next = () =>
    new Promise<void>((resolve) => {
      isDone = resolve;
    });
  const ready = next();
  createInterface({ input: child.stdout as Readable })
    .on('line', (line) => {
      if (line === READY || line === SENT) isDone();
      else received.push(Number(line) as Signal);
    })
    .on('close', () => isDone());
  await ready;
  return {
    received,
    send(signal) {
      const sent = next();
      if (child.exitCode !== null || child.signalCode !== null) isDone();
      else input.write(`${signal}\n`);
      return sent;
    },
    end() {
      input.end();
      child.kill('SIGKILL');
      return ended;
    },
  };
}
