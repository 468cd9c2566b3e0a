// What a program calls: a library that is preloaded into it writes that to a file.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Calls {
  /** Before a command: has the next program that it becomes watched. */
  readonly prefix: readonly string[];
  /** undefined: the library was not loaded, so nothing can be told. */
  seen(): Seen | undefined;
}

export interface Seen {
  /** Functions that no signal handler may call, and one did. */
  readonly inHandler: readonly string[];
  /** How often it signalled a process that was gone. */
  readonly gone: number;
}

export interface CallWatcher {
  /** Why calls cannot be watched. */
  readonly failure: string | undefined;
  watch(): Calls;
}

/**
 * @param source of the library: native/exam/watch_calls.c
 * @param scratch a folder for it, and for what it writes
 */
export function createCallWatcher(source: string, scratch: string): CallWatcher {
  const library = join(scratch, 'watch_calls.so');
  const options = ['-std=gnu11', '-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'];
  const { status } = spawnSync('cc', options, { stdio: 'ignore' });
  let programs = 0;
  return {
    failure: status === 0 ? undefined : 'it takes a C compiler that is called cc',
    watch() {
      programs += 1;
      const file = join(scratch, `calls-${programs}`);
      return {
        prefix: ['env', `LD_PRELOAD=${library}`, `MINITALK_EXAM_CALLS=${file}`],
        seen: () => (existsSync(file) ? parse(readFileSync(file, 'latin1')) : undefined),
      };
    },
  };
}

function parse(text: string): Seen {
  const lines = text.trim().split('\n');
  const inHandler = lines
    .map((line) => /^handler (\w+)$/.exec(line)?.[1])
    .filter((name) => name !== undefined);
  return { inHandler, gone: lines.filter((line) => line === 'gone').length };
}
