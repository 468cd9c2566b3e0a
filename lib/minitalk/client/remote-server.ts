// The server as its client sees it: what may be said to it, and whether it still hears.
import { constants } from 'node:os';
import { systemError } from '../../signals/errors.js';
import { monotonicMs } from '../../signals/internal/clock.js';
import {
  type MinitalkError,
  refused,
  serverDeaf,
  serverGone,
  serverUnregistered,
  timedOut,
} from '../errors.js';
import { createAttention } from '../peer/attention.js';
import { FIRST_ASK_MS } from '../peer/patience.js';
import type { ThreadLook, Told } from '../peer/pinned.js';
import { fullQueue, queueFullError } from '../peer/signal-queue.js';
import { type Target, UNREGISTERED_MS } from '../peer/target.js';
import { Kind, Reason, type Word } from '../wire/word.js';

const HELD_UP_MS = 100;
/** From one look at the queues to the next, while the server is silent. */
const QUEUE_LOOK_MS = 100;

export interface RemoteServer {
  readonly pid: number;
  /**
   * Looks, and sends a control word; OPEN only while the server is registered.
   * @throws MinitalkError ESRCH, ERR_SERVER_CLOSED; SignalError EPERM, and as the look failed
   */
  say(word: Word, doing: string): void;
  /**
   * Throws when the server may not be signalled any more.
   * @param burstSignal another signal that it has to catch; 0: none
   */
  look(burstSignal: number): void;
  /** As `look`, if it has said nothing for a while: we may have been stopped meanwhile. */
  lookAfterSilence(burstSignal: number): void;
  /** It said that it is closing, which may be long ago: throws unless it is registered again. */
  checkClosing(): void;
  /** The error of a send that failed with this errno. */
  errorOf(errno: number): Error;
  /** Notes a sign of life, now or at a monotonic time in ms. */
  heard(at?: number): void;
  /**
   * Notes that we listened until now, for `planned` ms at most: false when we were away
   * instead. Throws ETIMEDOUT when the server has been silent for too long, EAGAIN when
   * a full signal queue is why, or may have no room ever, ERR_SERVER_CLOSED when it is no
   * longer registered either.
   */
  listened(planned: number, doing: string): boolean;
  /** It has timed out and not been heard since. */
  isUnreachable(): boolean;
}

/**
 * @param timeout longest silence, ms
 * @param warn told once per silence, when a signal queue is full
 */
export function remoteServer(
  target: Target,
  timeout: number,
  warn: (warning: MinitalkError) => void = () => {},
): RemoteServer {
  const { process: server } = target;
  const { pid } = server;
  const attention = createAttention();
  let lastHeard = monotonicMs(); // openTarget has just looked at it
  let silentSince = attention.now;
  let hasTimedOut = false;
  let nextQueueLook = silentSince + FIRST_ASK_MS;
  let queueFull: MinitalkError | undefined;
  let isWarned = false;

  /** Throws unless the word was sent, or is as good as lost: it is said again. */
  function check(found: ThreadLook | Told, doing: string): void {
    switch (found.is) {
      case 'gone':
        throw serverGone(pid, doing);
      case 'deaf':
        throw serverDeaf(pid, doing);
      case 'unknown':
        throw found.error;
      case 'failed':
        throw errorOf(found.errno);
    }
  }

  function look(burstSignal: number): void {
    check(target.look(burstSignal), 'sending');
  }

  function errorOf(errno: number): Error {
    return errno === -constants.errno.ESRCH
      ? serverGone(pid, 'sending')
      : systemError(errno, 'tgkill', `signal server ${pid}`);
  }

  /** Why nothing is heard, on either side; before the time-out that would say something else. */
  function lookAtQueues(): void {
    if (attention.now < nextQueueLook) return;
    nextQueueLook = attention.now + QUEUE_LOOK_MS;
    const queue = fullQueue(pid) ?? fullQueue(process.pid);
    queueFull = queue && queueFullError(queue);
    if (queueFull === undefined) return;
    if (queue?.limit === 0) {
      hasTimedOut = true;
      throw queueFull;
    }
    if (!isWarned) warn(queueFull);
    isWarned = true;
  }

  return {
    pid,
    look,
    lookAfterSilence(burstSignal) {
      if (monotonicMs() - lastHeard > HELD_UP_MS) look(burstSignal);
    },
    checkClosing() {
      if (target.lookAtRegistration().is === 'gone') throw refused(pid, Reason.closing);
    },
    errorOf,
    say(word, doing) {
      if (server.hasExited()) throw serverGone(pid, doing);
      // A server that closes knows who has a session, and waits for them; others it does not,
      // and these only look whether it is there still.
      const mayClose = word.kind === Kind.open && target.lookAtRegistration().is !== 'seen';
      check(mayClose ? target.look(0) : target.tell(word), doing);
    },
    heard(at = monotonicMs()) {
      if (at <= lastHeard) return;
      attention.begin();
      lastHeard = at;
      silentSince = attention.now;
      nextQueueLook = silentSince + FIRST_ASK_MS;
      hasTimedOut = false;
      isWarned = false;
    },
    listened(planned, doing) {
      const wasThere = attention.listened(planned);
      lookAtQueues();
      const isNoServer =
        attention.hasPassed(silentSince, UNREGISTERED_MS) &&
        target.lookAtRegistration().is === 'gone';
      if (!isNoServer && !attention.hasPassed(silentSince, timeout)) return wasThere;
      if (server.hasExited()) throw serverGone(pid, doing);
      if (isNoServer) throw serverUnregistered(pid, UNREGISTERED_MS, doing);
      hasTimedOut = true;
      throw queueFull ?? timedOut(pid, timeout, doing);
    },
    isUnreachable: () => hasTimedOut,
  };
}
