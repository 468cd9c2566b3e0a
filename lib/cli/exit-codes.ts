// Exit codes, those of sysexits(3) where one fits. Every error code has one: the compiler sees to it. What they mean
// to whom is in each command's definition: arguments/.
import type { MinitalkErrorCode } from '../minitalk/errors.js';
import type { LoadErrorCode, SignalErrorCode } from '../signals/errors.js';

export const ExitCode = {
  ok: 0,
  usage: 64,
  badData: 65,
  unavailable: 69,
  software: 70,
  taken: 73,
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
  ERR_INVALID_DIALECT: ExitCode.usage,
  ERR_INVALID_NAME: ExitCode.usage,
  ERR_INVALID_PID: ExitCode.usage,
  ERR_OUT_OF_RANGE: ExitCode.usage,
  ERR_USAGE: ExitCode.usage,

  EILSEQ: ExitCode.badData,
  EMSGSIZE: ExitCode.badData,
  ERR_INVALID_RECORDING: ExitCode.badData,

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

  EADDRINUSE: ExitCode.taken,
  EEXIST: ExitCode.taken,

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
const fileCalls = new Set([
  'open',
  'read',
  'write',
  'fstat',
  'lstat',
  'mkdir',
  'rename',
  'scandir',
]);

/** The exit code for an error, by its `syscall` and `code`. */
export function exitCodeOf(error: unknown): number {
  const { code = '', syscall = '' } = error as NodeJS.ErrnoException;
  if (fileCalls.has(syscall)) return ExitCode.ioError;
  return Object.hasOwn(byErrorCode, code)
    ? byErrorCode[code as keyof typeof byErrorCode]
    : ExitCode.software;
}

/** Of guard alone, as of env(1): all others are its command's. */
export const GuardExitCode = {
  failed: 125,
  cannotRun: 126,
  notFound: 127,
} as const;

/** Of exam alone, by what it found. */
export const ExamExitCode = {
  mandatoryFailed: 1,
  othersFailed: 2,
} as const;
