// Exit codes, those of sysexits(3) where one fits.

export const ExitCode = {
  ok: 0,
  usage: 64,
  badData: 65,
  unavailable: 69,
  software: 70,
  ioError: 74,
  timedOut: 75,
  notPermitted: 77,
  interrupted: 130,
  terminated: 143,
} as const;

const byErrorCode: Record<string, number> = {
  ERR_INVALID_PID: ExitCode.usage,
  ERR_INVALID_NAME: ExitCode.usage,
  ERR_OUT_OF_RANGE: ExitCode.usage,
  ERR_USAGE: ExitCode.usage,
  EMSGSIZE: ExitCode.badData,
  ESRCH: ExitCode.unavailable,
  ERR_NOT_A_SERVER: ExitCode.unavailable,
  ERR_SERVER_CLOSED: ExitCode.unavailable,
  EADDRINUSE: ExitCode.unavailable,
  EEXIST: ExitCode.unavailable,
  ENOSYS: ExitCode.unavailable,
  ENOTSUP: ExitCode.unavailable,
  EPROTO: ExitCode.unavailable,
  EIO: ExitCode.ioError,
  ERR_NO_RUNTIME_DIR: ExitCode.ioError,
  ETIMEDOUT: ExitCode.timedOut,
  ERR_ABANDONED: ExitCode.timedOut,
  EPERM: ExitCode.notPermitted,
  ERR_NOT_ALLOWED: ExitCode.notPermitted,
};

/** System calls on files, whose errors are all of one kind here. */
const fileCalls = new Set(['open', 'read', 'write', 'fstat', 'mkdir', 'rename', 'scandir']);

/** The exit code for an error, by its `syscall` and `code`. */
export function exitCodeOf(error: unknown): number {
  const { code = '', syscall = '' } = error as NodeJS.ErrnoException;
  return fileCalls.has(syscall) ? ExitCode.ioError : (byErrorCode[code] ?? ExitCode.software);
}

export const EXIT_CODES_HELP = `
Exit codes:
  0    done; a client: the server has verified and printed the whole message
  64   usage: the command line is wrong, or the pid is not one that may be signalled
  65   bad data: the message is longer than the server takes
  69   no such server, or it ended or is shutting down
  70   a fault in minitalk itself
  74   input or output failed, here or at the server
  75   timed out: the server did not answer
  77   not permitted
  130  interrupted with Ctrl-C (143: by SIGTERM)`;
