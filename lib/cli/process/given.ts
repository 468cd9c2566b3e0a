// What this process was given when it started, before the shell of bin/ and Node changed it.
import { readFileSync } from 'node:fs';
import type { Surroundings } from '../../signals/internal/execute.js';
import { ignoredMask } from './ignored-signals.js';

/** `PID:LIMIT,FD,FD…`, from the first lines of bin/minitalk. */
const TOLD = 'MINITALK_GIVEN';
/** What those lines have added to the environment. */
const NOTES = ['MINITALK_GIVEN=', 'MINITALK_SIGIGN='];

/**
 * Where bin/minitalk has told nothing, descriptors that Node has marked close-on-exec cannot be
 * told from its own, and the limit of open files is what Node has made it.
 * @throws Error of reading /proc/self/environ
 */
export function given(): Surroundings {
  const told = new RegExp(`^${process.pid}:(\\d*)([,\\d]*)$`).exec(process.env[TOLD] ?? '');
  const [, limit = '', descriptors = ''] = told ?? [];
  return {
    environment: initialEnvironment(),
    ignored: ignoredMask(),
    descriptors: descriptors.split(',').filter(Boolean).map(Number),
    openFiles: limit === '' ? undefined : Number(limit),
  };
}

/** Not process.env: Node takes out what tells a child of its IPC channel. */
function initialEnvironment(): Uint8Array[] {
  return readFileSync('/proc/self/environ', 'latin1')
    .split('\0')
    .filter((variable) => variable !== '' && !NOTES.some((note) => variable.startsWith(note)))
    .map((variable) => Buffer.from(variable, 'latin1'));
}
