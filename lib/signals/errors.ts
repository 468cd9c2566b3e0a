import { getSystemErrorName } from 'node:util';

export type { LoadErrorCode } from '../binding/load-error.js';

/** The errno names that a call of this library may fail with, see errno(3). */
export const SYSTEM_ERROR_CODES = [
  'E2BIG',
  'EACCES',
  'EADDRINUSE',
  'EAGAIN',
  'EALREADY',
  'EBADF',
  'EBUSY',
  'EINVAL',
  'EMFILE',
  'ENFILE',
  'ENODEV',
  'ENOENT',
  'ENOMEM',
  'ENOSPC',
  'ENOSYS',
  'ENOTSUP',
  'EPERM',
  'ESRCH',
] as const;

export const SIGNAL_ERROR_CODES = [
  ...SYSTEM_ERROR_CODES,
  'ABORT_ERR',
  'ERR_ALREADY_ITERATED',
  'ERR_CLOSED',
  'ERR_INVALID_ARG_VALUE',
  'ERR_INVALID_PID',
  'ERR_OUT_OF_RANGE',
  'ERR_SYSTEM',
  'ERR_UNKNOWN_SIGNAL',
  'ETIMEDOUT',
] as const;

/**
 * Every `code` of a SignalError: the name of the errno with which a system call failed, or an
 * 'ERR_…' where none did. 'ERR_SYSTEM': an errno that is not in this list; see `errno`.
 */
export type SignalErrorCode = (typeof SIGNAL_ERROR_CODES)[number];

/** An error with the fields of Node's own system errors. */
export class SignalError<Code extends string = SignalErrorCode> extends Error {
  override name = 'SignalError';
  readonly code: Code;
  /** The negative errno that the system call gave, as in Node's errors. */
  declare readonly errno?: number;
  declare readonly syscall?: string;

  constructor(
    code: Code,
    message: string,
    details: { errno?: number; syscall?: string; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    if (details.errno !== undefined) this.errno = details.errno;
    if (details.syscall !== undefined) this.syscall = details.syscall;
  }
}

const advice: Partial<Record<string, string>> = {
  ESRCH: 'no such process',
  EPERM: 'not permitted: the process belongs to another user',
  EAGAIN: 'the queue of pending signals is full (RLIMIT_SIGPENDING): wait and try again',
  EINVAL: 'not a valid signal',
  EMFILE: 'this process has no file descriptor left: close some, or raise its limit (ulimit -n)',
  ENFILE: 'the machine has no file descriptor left (sysctl fs.file-max)',
  EACCES: 'no permission to read it',
  ENOENT: 'no such file',
  ENOMEM: 'out of memory',
  ENOSPC: 'all places for it in this process are taken: close what is not needed',
  ENOSYS: 'this platform does not have it',
};

/**
 * The error of a native call that returned `errno` (negative).
 * @param special advice by the errno's name, where this call means something else by it
 */
export function systemError(
  errno: number,
  syscall: string,
  what: string,
  cause?: unknown,
  special: Partial<Record<string, string>> = {},
): SignalError {
  const name = getSystemErrorName(errno);
  const code = SYSTEM_ERROR_CODES.find((known) => known === name) ?? 'ERR_SYSTEM';
  const why = special[name] ?? advice[name] ?? name;
  return new SignalError(code, `${syscall} ${name}: cannot ${what}: ${why}`, {
    errno,
    syscall,
    cause,
  });
}

/** Passes a native result through; a negative one is thrown as its error. */
export function check(result: number, syscall: string, what: () => string): number {
  if (result < 0) throw systemError(result, syscall, what());
  return result;
}

/** Node's AbortError for a signal's reason. */
export function abortError(signal: AbortSignal): SignalError {
  const error = new SignalError('ABORT_ERR', 'The operation was aborted', { cause: signal.reason });
  error.name = 'AbortError';
  return error;
}
