import { getSystemErrorName } from 'node:util';

/** An error with the fields of Node's own system errors. */
export class SignalError extends Error {
  override name = 'SignalError';
  /** 'ESRCH', 'EPERM', …, or an 'ERR_…' name where no system call failed. */
  readonly code: string;
  /** The negative errno that the system call gave, as in Node's errors. */
  readonly errno?: number;
  readonly syscall?: string;

  constructor(
    code: string,
    message: string,
    details: { errno?: number; syscall?: string; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    if (details.errno !== undefined) this.errno = details.errno;
    if (details.syscall !== undefined) this.syscall = details.syscall;
  }
}

const advice: Record<string, string> = {
  ESRCH: 'no such process',
  EPERM: 'not permitted: the process belongs to another user',
  EAGAIN: 'the queue of pending signals is full (RLIMIT_SIGPENDING): wait and try again',
  EINVAL: 'not a valid signal',
  EMFILE: 'this process has no file descriptor left',
  ENOMEM: 'out of memory',
  ENOSPC: 'all places for it in this process are taken: close what is not needed',
  ENOSYS: 'this platform does not have it',
};

/** The error of a native call that returned `errno` (negative). */
export function systemError(errno: number, syscall: string, what: string): SignalError {
  const code = getSystemErrorName(errno);
  return new SignalError(code, `${syscall} ${code}: cannot ${what}: ${advice[code] ?? code}`, {
    errno,
    syscall,
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
