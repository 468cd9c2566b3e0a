// What every command ends with: an exit code, and an error as one line.
import { exitCodeOf } from './exit-codes.js';
import { jsonLine } from './printers/json-line.js';
import { say } from './printers/standard-error.js';

/** A wrong command line. */
export class UsageError extends Error {
  readonly code = 'ERR_USAGE';
}

/** Runs a command; returns its exit code, or that of the error that it reports. */
export async function run(
  program: string,
  json: boolean,
  action: () => Promise<number>,
): Promise<number> {
  try {
    return await action();
  } catch (error) {
    report(program, error, json);
    return exitCodeOf(error);
  }
}

/** One line on stderr; one JSON object with `json`. A hint of ours comes with it. */
export function report(
  program: string,
  error: unknown,
  json: boolean,
  event: 'error' | 'warning' = 'error',
): void {
  const { message, code, errno, syscall } = error as NodeJS.ErrnoException;
  const { hintFor } = require('./hints.js') as typeof import('./hints.js');
  const { harmless } =
    require('../signals/internal/harmless.js') as typeof import('../signals/internal/harmless.js');
  const hint = hintFor(error, program);
  const text = `${message}${hint === undefined ? '' : ` (${hint})`}`;
  const line = json
    ? jsonLine({ event, code: code ?? 'ERR_UNKNOWN', errno, syscall, message: text })
    : `${program}: ${harmless(text.replace(/\s*\n\s*/g, ' '))}`; // it quotes what it was given
  say(line);
}
