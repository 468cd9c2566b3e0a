// The server as its client sees it: what may be said to it, and whether it still hears.
import { constants } from 'node:os';
import { systemError } from '../../signals/errors.js';
import { refused, serverGone, timedOut } from '../errors.js';
import { createAttention } from '../peer/attention.js';
import { monotonicMs } from '../peer/clock.js';
import { sendWord } from '../peer/endpoint.js';
import type { Target } from '../peer/target.js';
import { Reason, type Word } from '../wire/word.js';

const HELD_UP_MS = 100;

export interface RemoteServer {
  readonly pid: number;
  /** Sends a control word. Throws ESRCH, EPERM, ERR_SERVER_CLOSED. */
  say(word: Word, doing: string): void;
  /** Throws when the server may not be signalled any more. */
  look(): void;
  /** As `look`, if it has said nothing for a while: we may have been stopped meanwhile. */
  lookAfterSilence(): void;
  /** The error of a send that failed with this errno. */
  errorOf(errno: number): Error;
  /** Notes a sign of life, now or at a monotonic time in ms. */
  heard(at?: number): void;
  /**
   * Notes that we listened until now, for `planned` ms at most: false when we were away
   * instead. Throws ETIMEDOUT when the server has been silent for too long.
   */
  listened(planned: number, doing: string): boolean;
  /** It has timed out and not been heard since. */
  isUnreachable(): boolean;
}

/** @param timeout longest silence, ms */
export function remoteServer(target: Target, timeout: number): RemoteServer {
  const { process: server, thread } = target;
  const { pid } = server;
  const attention = createAttention();
  let lastHeard = monotonicMs(); // openTarget has just looked at it
  let silentSince = attention.now;
  let hasTimedOut = false;

  /** Whoever no longer catches the signals must not get one. */
  function look(): void {
    const found = target.look();
    switch (found.is) {
      case 'server':
        return;
      case 'gone':
        throw serverGone(pid, 'sending');
      case 'unknown':
        throw found.error;
      default:
        throw refused(pid, Reason.closing);
    }
  }

  function errorOf(errno: number): Error {
    return errno === -constants.errno.ESRCH
      ? serverGone(pid, 'sending')
      : systemError(errno, 'tgkill', `signal server ${pid}`);
  }

  function lookAfterSilence(): void {
    if (monotonicMs() - lastHeard > HELD_UP_MS) look();
  }

  return {
    pid,
    look,
    lookAfterSilence,
    errorOf,
    say(word, doing) {
      if (server.hasExited()) throw serverGone(pid, doing);
      lookAfterSilence();
      const result = sendWord(pid, thread, word);
      // A full queue of pending signals: as good as lost, it is said again.
      if (result < 0 && result !== -constants.errno.EAGAIN) throw errorOf(result);
    },
    heard(at = monotonicMs()) {
      if (at <= lastHeard) return;
      attention.begin();
      lastHeard = at;
      silentSince = attention.now;
      hasTimedOut = false;
    },
    listened(planned, doing) {
      const wasThere = attention.listened(planned);
      if (!attention.hasPassed(silentSince, timeout)) return wasThere;
      if (server.hasExited()) throw serverGone(pid, doing);
      hasTimedOut = true;
      throw timedOut(pid, timeout, doing);
    },
    isUnreachable: () => hasTimedOut,
  };
}
