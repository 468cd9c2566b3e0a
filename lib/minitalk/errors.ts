import { SignalError } from '../signals/errors.js';
import { Reason } from './wire/word.js';

export const MINITALK_ERROR_CODES = [
  'ABORT_ERR',
  'EAGAIN',
  'EEXIST',
  'EILSEQ',
  'EIO',
  'EMSGSIZE',
  'ENOSYS',
  'ENOTSUP',
  'EPROTO',
  'ERR_ABANDONED',
  'ERR_ALREADY_ITERATED',
  'ERR_AMBIGUOUS_NAME',
  'ERR_CLIENT_CLOSED',
  'ERR_INVALID_DIALECT',
  'ERR_INVALID_NAME',
  'ERR_INVALID_PID',
  'ERR_INVALID_RECORDING',
  'ERR_NOT_ALLOWED',
  'ERR_NOT_A_SERVER',
  'ERR_NO_RUNTIME_DIR',
  'ERR_OUT_OF_RANGE',
  'ERR_SERVER_CLOSED',
  'ERR_SERVER_FULL',
  'ERR_TOO_MANY_SESSIONS',
  'ESRCH',
  'ETIMEDOUT',
] as const;

/** Every `code` of a MinitalkError; each function's documentation lists its own. */
export type MinitalkErrorCode = (typeof MINITALK_ERROR_CODES)[number];

/** What went wrong in a conversation. */
export class MinitalkError extends SignalError<MinitalkErrorCode> {
  override name = 'MinitalkError';
}

export function notAServer(message: string): MinitalkError {
  return new MinitalkError('ERR_NOT_A_SERVER', message);
}

/** `syscall` sets it apart from a server that ended. */
export function unknownName(name: string): MinitalkError {
  return new MinitalkError(
    'ESRCH',
    `no running server of uid ${process.getuid?.()} is named "${name}"`,
    { syscall: 'connect' },
  );
}

export function ambiguousName(name: string, pids: readonly number[]): MinitalkError {
  return new MinitalkError(
    'ERR_AMBIGUOUS_NAME',
    `${pids.length} running servers are named "${name}": give the pid of the one that is meant (${pids.join(', ')})`,
  );
}

export function timedOut(pid: number, ms: number, what: string): MinitalkError {
  return new MinitalkError(
    'ETIMEDOUT',
    `server ${pid} did not answer for ${ms / 1000} s while ${what}: it may be stopped or overloaded`,
  );
}

export function serverGone(pid: number, what: string): MinitalkError {
  return new MinitalkError('ESRCH', `server ${pid} ended while ${what}`);
}

/** @param what the message, as its user knows it */
export function tooLong(pid: number, what: string, most: number): MinitalkError {
  return new MinitalkError(
    'EMSGSIZE',
    `${what} is longer than the ${most} bytes that server ${pid} takes; nothing was sent`,
  );
}

export function serverDeaf(pid: number, what: string): MinitalkError {
  return new MinitalkError(
    'ERR_SERVER_CLOSED',
    `server ${pid} no longer catches the signals, while ${what}: it has closed, and its process lives on`,
  );
}

export function serverUnregistered(pid: number, ms: number, what: string): MinitalkError {
  return new MinitalkError(
    'ERR_SERVER_CLOSED',
    `process ${pid} is no longer registered as a server, and did not answer for ${ms / 1000} s while ${what}`,
  );
}

/** The error of a REFUSED word. */
export function refused(pid: number, reason: number): MinitalkError {
  switch (reason) {
    case Reason.tooLarge:
      return new MinitalkError(
        'EMSGSIZE',
        `server ${pid} refused the message: it is longer than its maxMessage`,
      );
    case Reason.notAllowed:
      return new MinitalkError(
        'ERR_NOT_ALLOWED',
        `server ${pid} does not take messages from this user: its allowUids do not name uid ${process.getuid?.()}`,
      );
    case Reason.closing:
      return new MinitalkError(
        'ERR_SERVER_CLOSED',
        `server ${pid} is shutting down; the message was not delivered`,
      );
    case Reason.mode:
      return new MinitalkError(
        'ENOTSUP',
        `server ${pid} takes no bursts: it was started without a burst signal; choose mode word or auto`,
      );
    case Reason.failed:
      return new MinitalkError(
        'EIO',
        `server ${pid} has the message but its output failed; it was not delivered`,
      );
    case Reason.version:
      return new MinitalkError('EPROTO', `server ${pid} speaks another version of the protocol`);
    case Reason.abandoned:
      return new MinitalkError(
        'ERR_ABANDONED',
        `server ${pid} gave the message up after a long silence of ours`,
      );
    case Reason.tooManySessions:
      return new MinitalkError(
        'ERR_TOO_MANY_SESSIONS',
        `server ${pid} takes no more sessions from this process: close a client first`,
      );
    case Reason.full:
      return new MinitalkError(
        'ERR_SERVER_FULL',
        `server ${pid} has as many sessions as it takes; nothing was sent: try again later`,
      );
    case Reason.noDescriptor:
      return new MinitalkError(
        'ERR_SERVER_FULL',
        `server ${pid} has no file descriptor left for another client; nothing was sent: try again later, or raise its limit (ulimit -n)`,
      );
    default:
      return new MinitalkError(
        'EPROTO',
        `server ${pid} refused the message for an unknown reason (${reason})`,
      );
  }
}

/** A server's warning. @param pid whose sessions are too many; undefined: all together are */
export function outOfSessions(limit: number, pid?: number): MinitalkError {
  return pid === undefined
    ? new MinitalkError(
        'ERR_SERVER_FULL',
        `new clients are refused: all of ${limit} sessions are taken`,
      )
    : new MinitalkError(
        'ERR_TOO_MANY_SESSIONS',
        `process ${pid} is refused another session: it has ${limit}, as many as one may`,
      );
}

/** A server's warning. @param cause EMFILE or ENFILE */
export function outOfDescriptors(cause: SignalError): MinitalkError {
  return new MinitalkError('ERR_SERVER_FULL', `new clients are refused: ${cause.message}`, {
    cause,
  });
}
