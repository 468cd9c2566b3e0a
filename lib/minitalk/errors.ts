import { SignalError } from '../signals/errors.js';
import { Reason } from './wire/word.js';

/** What went wrong in a conversation; `code` is one of these or an errno name. */
export class MinitalkError extends SignalError {
  override name = 'MinitalkError';
}

export function notAServer(message: string): MinitalkError {
  return new MinitalkError('ERR_NOT_A_SERVER', message);
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

/** The error of a REFUSED word. */
export function refused(pid: number, reason: number): MinitalkError {
  switch (reason) {
    case Reason.tooLarge:
      return new MinitalkError(
        'EMSGSIZE',
        `server ${pid} refused the message: it is longer than the server's --max-message`,
      );
    case Reason.notAllowed:
      return new MinitalkError(
        'ERR_NOT_ALLOWED',
        `server ${pid} does not take messages from this user: its --allow-uid does not name uid ${process.getuid?.()}`,
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
    default:
      return new MinitalkError(
        'EPROTO',
        `server ${pid} refused the message for an unknown reason (${reason})`,
      );
  }
}
