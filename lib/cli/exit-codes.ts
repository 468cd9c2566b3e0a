// Exit codes, those of sysexits(3) where one fits. Every error code has one: the compiler sees to it.
import type { MinitalkErrorCode } from '../minitalk/errors.js';
import type { LoadErrorCode, SignalErrorCode } from '../signals/errors.js';

export const ExitCode = {
  ok: 0,
  usage: 64,
  badData: 65,
  unavailable: 69,
  software: 70,
  ioError: 74,
  tryAgain: 75,
  notPermitted: 77,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** The `code` of a UsageError. */
type UsageErrorCode = 'ERR_USAGE';

const byErrorCode: Readonly<
  Record<LoadErrorCode | MinitalkErrorCode | SignalErrorCode | UsageErrorCode, number>
> = {
  ERR_AMBIGUOUS_NAME: ExitCode.usage,
  ERR_INVALID_NAME: ExitCode.usage,
  ERR_INVALID_PID: ExitCode.usage,
  ERR_OUT_OF_RANGE: ExitCode.usage,
  ERR_USAGE: ExitCode.usage,

  EMSGSIZE: ExitCode.badData,

  EADDRINUSE: ExitCode.unavailable,
  EEXIST: ExitCode.unavailable,
  ENOSYS: ExitCode.unavailable,
  ENOTSUP: ExitCode.unavailable,
  EPROTO: ExitCode.unavailable,
  ERR_ADDON_LOAD: ExitCode.unavailable,
  ERR_ADDON_NOT_FOUND: ExitCode.unavailable,
  ERR_NOT_A_SERVER: ExitCode.unavailable,
  ERR_SERVER_CLOSED: ExitCode.unavailable,
  ESRCH: ExitCode.unavailable,

  E2BIG: ExitCode.software,
  EACCES: ExitCode.software,
  EALREADY: ExitCode.software,
  EBADF: ExitCode.software,
  EBUSY: ExitCode.software,
  EINVAL: ExitCode.software,
  ENODEV: ExitCode.software,
  ENOENT: ExitCode.software,
  ENOMEM: ExitCode.software,
  ENOSPC: ExitCode.software,
  ERR_ALREADY_ITERATED: ExitCode.software,
  ERR_CLIENT_CLOSED: ExitCode.software,
  ERR_CLOSED: ExitCode.software,
  ERR_INVALID_ARG_VALUE: ExitCode.software,
  ERR_SYSTEM: ExitCode.software,
  ERR_UNKNOWN_SIGNAL: ExitCode.software,

  EIO: ExitCode.ioError,
  EMFILE: ExitCode.ioError,
  ENFILE: ExitCode.ioError,
  ERR_NO_RUNTIME_DIR: ExitCode.ioError,

  EAGAIN: ExitCode.tryAgain,
  ERR_ABANDONED: ExitCode.tryAgain,
  ERR_SERVER_FULL: ExitCode.tryAgain,
  ERR_TOO_MANY_SESSIONS: ExitCode.tryAgain,
  ETIMEDOUT: ExitCode.tryAgain,

  EPERM: ExitCode.notPermitted,
  ERR_NOT_ALLOWED: ExitCode.notPermitted,

  ABORT_ERR: ExitCode.interrupted,
};

/** System calls on files, whose errors are all of one kind here. */
const fileCalls = new Set(['open', 'read', 'write', 'fstat', 'mkdir', 'rename', 'scandir']);

/** The exit code for an error, by its `syscall` and `code`. */
export function exitCodeOf(error: unknown): number {
  const { code = '', syscall = '' } = error as NodeJS.ErrnoException;
  if (fileCalls.has(syscall)) return ExitCode.ioError;
  return Object.hasOwn(byErrorCode, code)
    ? byErrorCode[code as keyof typeof byErrorCode]
    : ExitCode.software;
}

export const EXIT_CODES_HELP = `
Exit codes:
  0    done; a client: the server has verified and printed the whole message
  64   usage: the command line is wrong, or the pid is not one that may be signalled
  65   bad data: the message is longer than the server takes
  69   no such server, or it ended or is shutting down
  70   a fault in minitalk itself
  74   input or output failed, here or at the server
  75   timed out: the server did not answer; or it has no room, or a signal queue was full
  77   not permitted
  130  interrupted with Ctrl-C (129: by SIGHUP, the end of its terminal; 143: by SIGTERM)`;

/** Of guard alone, as of env(1): all others are its command's. */
export const GuardExitCode = {
  failed: 125,
  cannotRun: 126,
  notFound: 127,
} as const;

export const GUARD_EXIT_CODES_HELP = `
Exit codes: the command's own, or
  64   usage: the command line is wrong
  125  the signals could not be restricted (this kernel can not, or must not): the command was not run
  126  the command could not be run
  127  the command was not found`;

export const WATCH_EXIT_CODES_HELP = `
Exit codes:
  0    ended by SIGINT (Ctrl-C), SIGTERM or SIGHUP
  64   usage: the command line is wrong, or a signal is not one that can be watched
  70   a fault in minitalk itself
  74   output failed`;

export const SEND_EXIT_CODES_HELP = `
Exit codes:
  0    sent: the kernel has taken the signal
  64   usage: the command line is wrong, or the pid is not one that may be signalled
  69   no such process, or it has no such thread
  70   a fault in minitalk itself
  74   output failed, though the signal was sent; or no descriptor is left to look at the process
  75   the queue of pending signals is full
  77   not permitted`;
