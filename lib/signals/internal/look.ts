// What came of looking at a process. "I could not look" is not "it is gone": who takes
// the one for the other puts handlers away that a living peer still signals.
import { type SignalError, systemError } from '../errors.js';

export type Look<Value> =
  | { readonly is: 'seen'; readonly value: Value }
  /** It has ended, or what was looked for is not there. */
  | { readonly is: 'gone' }
  /** Nobody could look: no descriptor left, say. It may be there or not. */
  | { readonly is: 'unknown'; readonly error: SignalError };

export const GONE = { is: 'gone' } as const;

export function seen<Value>(value: Value): Look<Value> {
  return { is: 'seen', value };
}

export function unknown(error: SignalError): {
  readonly is: 'unknown';
  readonly error: SignalError;
} {
  return { is: 'unknown', error };
}

/** The look that an error of node:fs left us with; `what` follows "cannot". */
export function unknownBecause(cause: unknown, what: string): ReturnType<typeof unknown> {
  const { errno, syscall = 'read' } = cause as NodeJS.ErrnoException;
  if (errno === undefined) throw cause; // no system call's: a fault of ours
  return unknown(systemError(errno, syscall, what, cause));
}

/** Whether an error says that the file, or the process that it told of, is not there. */
export function saysGone(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ESRCH';
}

/** What was seen; undefined: gone. @throws SignalError when nobody could look */
export function seenOrThrow<Value>(look: Look<Value>): Value | undefined {
  if (look.is === 'unknown') throw look.error;
  return look.is === 'seen' ? look.value : undefined;
}
