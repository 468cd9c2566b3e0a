import { constants as osConstants } from 'node:os';
import { binding, type NativeExitWatch } from '../binding/signals.js';
import { check, SignalError, systemError } from './errors.js';
import type { Look } from './internal/look.js';
import { lookAtStatus } from './internal/proc.js';
import { type SignalName, signalName, signalNumber } from './names.js';
import { assertPid, splitValue } from './send.js';
import { lookAtSender, type SignalSender } from './sender.js';

const { ENOSYS, EPERM, ESRCH } = osConstants.errno;
// Where there is no pidfd that could tell.
const EXIT_POLL_MS = 100;

/** Who a process is, see proc(5). With `startTime` a pid names one process for ever. */
export interface ProcessIdentity extends SignalSender {
  readonly pid: number;
  /** The real uid. */
  readonly uid: number;
}

/** A process pinned by a pidfd, see pidfd_open(2): never confused with a later one of the same pid. */
export interface ProcessHandle {
  readonly pid: number;
  /** -1 where the platform has no pidfd, and once closed. Without one the pid itself is used. */
  readonly pidfd: number;
  /**
   * Resolves when it has ended, as a zombie too; rejects with ERR_CLOSED when the handle is
   * closed before. Once asked for, it keeps the event loop alive.
   */
  readonly exited: Promise<void>;
  /** Whether it has ended; a zombie has. */
  hasExited(): boolean;
  /**
   * Sends a signal, see pidfd_send_signal(2). Signal 0 only checks whether it could be sent.
   * @throws SignalError ERR_UNKNOWN_SIGNAL, ERR_CLOSED, ESRCH, EPERM
   */
  kill(signal: SignalName | number): void;
  /**
   * Queues a signal with a 64-bit value, see sigqueue(3).
   * @param value 0 to 2^64 - 1
   * @throws SignalError as kill, ERR_OUT_OF_RANGE, and EAGAIN when RLIMIT_SIGPENDING is reached
   */
  queue(signal: SignalName | number, value?: bigint | number): void;
  /**
   * Whether it has a handler for the signal, so that this would not do its default action;
   * undefined where /proc does not show it.
   * @throws SignalError ERR_UNKNOWN_SIGNAL, ERR_CLOSED, ESRCH; EMFILE, ENFILE and others when
   * this process could not look
   */
  catches(signal: SignalName | number): boolean | undefined;
  /**
   * undefined where /proc does not show it.
   * @throws SignalError ERR_CLOSED, ESRCH; EMFILE, ENFILE and others when this process could
   * not look
   */
  identity(): ProcessIdentity | undefined;
  /** Throws EPERM when this process may not signal it, ESRCH when it has ended. Sends nothing. */
  assertMaySignal(): void;
  /** Gives the descriptor back; `exited` rejects if it is still waited for. Safe to repeat. */
  close(): void;
  /** As close(). */
  [Symbol.dispose](): void;
}

/**
 * @throws SignalError ERR_INVALID_PID; ESRCH when there is no such process, EMFILE when
 * this one has no descriptor left.
 */
export function openProcess(pid: number): ProcessHandle {
  assertPid(pid);
  return pinProcess(pid);
}

/** As openProcess; also of pid 1, which is a container's only program. */
export function pinProcess(pid: number): ProcessHandle {
  if (pid !== 1) assertPid(pid);
  const opened = binding.pidfdOpen(pid);
  const unsupported = opened === -ENOSYS || opened === -EPERM;
  if (opened < 0 && !unsupported) throw systemError(opened, 'pidfd_open', `open process ${pid}`);
  let pidfd = opened < 0 ? -1 : opened;
  let isClosed = false;
  let exit: ExitPromise | undefined;

  function assertOpen(): void {
    if (isClosed) throw closedError(pid);
  }

  const hasExited = () =>
    pidfd >= 0 ? binding.pidfdExited(pidfd) : binding.kill(pid, 0) === -ESRCH;

  // What /proc told is this process's only if it lives still: its pid is nobody else's then.
  function assertAlive(doing: string): void {
    if (hasExited()) throw systemError(-ESRCH, 'poll', `${doing} ${pid}`);
  }

  function send(signo: number): void {
    assertOpen();
    const what = signo === 0 ? 'signal 0' : signalName(signo);
    const result =
      pidfd >= 0 ? binding.pidfdSendSignal(pidfd, pid, signo) : binding.kill(pid, signo);
    check(
      result,
      pidfd >= 0 ? 'pidfd_send_signal' : 'kill',
      () => `send ${what} to process ${pid}`,
    );
  }

  function close(): void {
    isClosed = true;
    exit?.close();
    if (pidfd >= 0) binding.closeDescriptor(pidfd);
    pidfd = -1;
  }

  return {
    pid,
    get pidfd() {
      return pidfd;
    },
    get exited() {
      if (isClosed && exit === undefined) return Promise.reject(closedError(pid));
      exit ??= exitPromise(pid, pidfd, hasExited);
      return exit.promise;
    },
    hasExited,
    kill: (signal) => send(signal === 0 ? 0 : signalNumber(signal)),
    queue(signal, value = 0n) {
      assertOpen();
      const signo = signalNumber(signal);
      const { high, low } = splitValue(value);
      const result =
        pidfd >= 0
          ? binding.pidfdQueue(pidfd, pid, signo, high, low)
          : binding.queue(pid, 0, signo, high, low);
      check(
        result,
        pidfd >= 0 ? 'pidfd_send_signal' : 'rt_sigqueueinfo',
        () => `queue ${signalName(signo)} to process ${pid}`,
      );
    },
    catches(signal) {
      assertOpen();
      const status = shown(lookAtStatus(pid));
      assertAlive('read the handlers of process');
      return status?.catches(signalNumber(signal));
    },
    identity() {
      assertOpen();
      const sender = shown(lookAtSender(pid));
      const status = shown(lookAtStatus(pid));
      assertAlive('identify process');
      if (sender === undefined || status === undefined) return undefined;
      return Object.freeze({
        __proto__: Object.getPrototypeOf(sender),
        pid,
        uid: status.realUid,
        ...sender,
      });
    },
    assertMaySignal: () => send(0),
    close,
    [Symbol.dispose]: close,
  };
}

function closedError(pid: number): SignalError {
  return new SignalError('ERR_CLOSED', `the handle of process ${pid} is closed`);
}

/** undefined where /proc does not show it. @throws SignalError where this process could not look */
function shown<Value>(look: Look<Value>): Value | undefined {
  if (look.is === 'unknown' && look.error.code !== 'ENOENT') throw look.error;
  return look.is === 'seen' ? look.value : undefined;
}

interface ExitPromise {
  readonly promise: Promise<void>;
  close(): void;
}

function exitPromise(pid: number, pidfd: number, hasExited: () => boolean): ExitPromise {
  const { promise, resolve, reject } = withResolvers();
  // Who only closes the handle has no rejection to handle.
  promise.catch(() => {});
  const stop = watchPidfd(pidfd, resolve) ?? pollExit(hasExited, resolve);
  return {
    promise,
    close() {
      stop();
      reject(closedError(pid));
    },
  };
}

/** undefined: there is no pidfd, or this runtime has no libuv for addons. */
function watchPidfd(pidfd: number, onExit: () => void): (() => void) | undefined {
  if (pidfd < 0) return undefined;
  const watch: NativeExitWatch = new binding.ExitWatch(onExit);
  const opened = watch.open(pidfd);
  if (opened === -ENOSYS) return undefined;
  check(opened, 'epoll_ctl', () => 'wait for the end of a process');
  return () => watch.close();
}

function pollExit(hasExited: () => boolean, onExit: () => void): () => void {
  const timer = setInterval(() => {
    if (!hasExited()) return;
    clearInterval(timer);
    onExit();
  }, EXIT_POLL_MS);
  return () => clearInterval(timer);
}

function withResolvers() {
  let resolve!: () => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<void>((...settlers) => {
    [resolve, reject] = settlers;
  });
  return { promise, resolve, reject };
}
