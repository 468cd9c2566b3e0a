// The two programs that are examined: how they are started, and one text sent from one to the other.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Finding, failed, passed } from '../finding.js';
import type { CallWatcher } from './calls.js';
import { compare } from './compare.js';
import type { Investigation } from './dialect/investigation.js';
import { catchesBoth } from './process-state.js';
import { type Exit, howEnded, Stranger } from './stranger.js';

const PID_MS = 1500;
const CATCH_MS = 500;
/** A server may print a text that long after its client has ended. */
const PRINT_MS = 1000;
/** Before a client that has not ended is said to hang. */
export const PATIENCE_MS = 6000;

export interface Server {
  readonly stranger: Stranger;
  readonly pid: number;
  /** Whether it showed its PID. */
  readonly isShown: boolean;
  /** All that it printed behind the line with its PID. */
  printed(): Buffer;
}

/** What came of one text. */
export interface Sent {
  /** undefined: its client did not end. */
  readonly exit: Exit | undefined;
  readonly errors: string;
  /** From the client's start until the text was printed, or its end. */
  readonly ms: number;
  readonly printed: Buffer;
  readonly text: Buffer;
  readonly server: Server;
}

export interface Programs {
  readonly folder: string;
  readonly isContained: boolean;
  startServer(prefix?: readonly string[]): Promise<Server>;
  startClient(args: readonly string[], prefix?: readonly string[]): Stranger;
  /** By the programs' own client; a server's next text begins where this ends. */
  send(server: Server, text: string, options?: SendOptions): Promise<Sent>;
  /** Whether a short text comes through; looked at once. */
  isWorking(): Promise<boolean>;
  /** Investigated once. */
  investigation(): Promise<Investigation>;
  /** What watches their calls; made once. */
  calls(): CallWatcher;
}

export interface SendOptions {
  /** ms, before its client is said to hang. */
  readonly limit?: number;
  readonly prefix?: readonly string[];
}

export interface ProgramsOptions {
  readonly folder: string;
  readonly isContained: boolean;
  readonly investigate: (programs: Programs) => Promise<Investigation>;
  readonly watchCalls: () => CallWatcher;
}

export function createPrograms(options: ProgramsOptions): Programs {
  const { folder, isContained, investigate, watchCalls } = options;
  let works: Promise<boolean> | undefined;
  let investigation: Promise<Investigation> | undefined;
  let calls: CallWatcher | undefined;
  /** printf(3) to a pipe shows nothing until its buffer is full: stdbuf(1) makes it as on a terminal. */
  let unbuffered: readonly string[] = [];

  const start = async (prefix: readonly string[]): Promise<Server> => {
    const [command = '', ...args] = [...prefix, ...unbuffered, join(folder, 'server')];
    const stranger = new Stranger(command, args, folder);
    const server = serverOf(stranger);
    await stranger.until(() => server.isShown, PID_MS);
    const end = performance.now() + CATCH_MS;
    while (catchesBoth(stranger.pid) === false && performance.now() < end) await sleep(5);
    return server;
  };
  const programs: Programs = {
    folder,
    isContained,
    async startServer(prefix = []) {
      const server = await start(prefix);
      if (server.isShown || unbuffered.length > 0 || server.stranger.ended) return server;
      unbuffered = ['stdbuf', '-o0'];
      await server.stranger.end();
      return start(prefix);
    },
    startClient(args, prefix = []) {
      const [command = '', ...rest] = [...prefix, join(folder, 'client'), ...args];
      return new Stranger(command, rest, folder);
    },
    async send(server, text, { limit = PATIENCE_MS, prefix } = {}) {
      const bytes = Buffer.from(text);
      const from = server.printed().length;
      const since = performance.now();
      const printed = () => server.printed().subarray(from);
      const client = programs.startClient([String(server.pid), text], prefix);
      const exit = await client.exitWithin(limit);
      const isThere = () => compare(bytes, printed()).isSame;
      if (exit === undefined) await client.end();
      else await server.stranger.until(isThere, text === '' ? 100 : PRINT_MS);
      const ms = performance.now() - since;
      // A newline behind it is this text's.
      await server.stranger.until(() => printed().at(-1) === 0x0a, 20);
      return { exit, errors: client.errors, ms, printed: printed(), text: bytes, server };
    },
    isWorking() {
      works ??= programs
        .startServer()
        .then(async (server) => judge(await programs.send(server, 'Hello')).verdict === 'passed');
      return works;
    },
    investigation() {
      investigation ??= investigate(programs);
      return investigation;
    },
    calls() {
      calls ??= watchCalls();
      return calls;
    },
  };
  return programs;
}

function serverOf(stranger: Stranger): Server {
  const shown = () =>
    new RegExp(`(?<!\\d)${stranger.pid}(?!\\d)[^\\n]*\\n?`).exec(
      stranger.output.toString('latin1'),
    );
  return {
    stranger,
    pid: stranger.pid,
    get isShown() {
      return shown() !== null;
    },
    printed() {
      const line = shown();
      return stranger.output.subarray(line === null ? 0 : line.index + line[0].length);
    },
  };
}

/** What one text that was sent shows. */
export function judge({ exit, errors, printed, text, server }: Sent): Finding {
  const { ended } = server.stranger;
  if (ended !== undefined) {
    const crash = ended.signal === 'SIGUSR1' || ended.signal === 'SIGUSR2';
    return failed(
      `the server ended: ${howEnded(ended)}`,
      crash
        ? 'the signal was not caught when it came: install handlers for both, by sigaction(), before the PID is shown'
        : 'it crashed: run it under valgrind, or with -fsanitize=address',
    );
  }
  const comparison = compare(text, printed);
  if (exit === undefined) {
    return failed(
      `the client did not end${comparison.isSame ? ', though the text was printed' : `; ${comparison.seen}`}`,
      'it waits for an answer that does not come, or that it has missed: between kill() and pause() an answer is lost. Block both signals, and wait by sigsuspend()',
    );
  }
  if (!comparison.isSame) return failed(comparison.seen, comparison.cause);
  if (exit.code !== 0) {
    return failed(`printed, but the client ended by ${howEnded(exit)} ${errors.trim()}`.trim());
  }
  return passed(comparison.seen);
}
