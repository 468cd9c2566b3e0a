// The contract with the native addon, what is of signals in general: every function
// and class of native/binding/signals, typed. Calls return 0 or a value, or a negative
// errno; nothing here throws. Only lib/signals imports it.
import { addon } from './load.js';

/** Up to 32 uids and as many pids; who fits one entry, or a relation, is among them. */
export interface NativeSenders {
  readonly uids: Uint32Array;
  readonly pids: Int32Array;
  /** Bit i is the i-th of `relations`. */
  readonly relations: number;
}

/** A signal ring of this process, joined to this environment's event loop. */
export interface NativeChannel {
  /**
   * Opens the ring with room for `capacity` records (rounded up to a power of
   * two). The loop is kept alive until `unref` or `close`.
   * Errors: ENOMEM, EMFILE, ENOSPC (64 channels in this process), EALREADY, ENOSYS (a
   * runtime that has no libuv, or stubs of it).
   */
  open(capacity: number): number;
  /** Has handlers note who the senders are. Before the first `subscribe`. Errors: ENOMEM, EBADF. */
  enableSnapshots(): number;
  /** Copies the snapshot of a drained record out, once. */
  fetchSnapshot(index: number, sender: ArrayBuffer): boolean;
  /**
   * Whose signals are wanted: those of `only`, or of all where it is empty, and not of `never`.
   * The others' are refused, or pass as if unwatched. Before the first `subscribe`. Errors:
   * E2BIG, EBADF.
   */
  setPolicy(
    only: NativeSenders,
    never: NativeSenders,
    attestedOnly: boolean,
    refusesOthers: boolean,
  ): number;
  /**
   * How long a due default action waits for the loop to take the signal, and for all that
   * follows (undefined: for ever), in ms. Before the first `subscribe`.
   */
  setGrace(grace: number, deadline: number | undefined): void;
  /**
   * Has the kernel keep realtime signals while the ring fills, see rt_sigqueueinfo(2): then
   * who sends them gets EAGAIN. Before the first `subscribe`.
   */
  hold(): void;
  /** Lets in what the kernel keeps, and all that follows; what has no room is lost. */
  stopHolding(): void;
  /**
   * Installs the process's handler for a signal, see sigaction(2), and routes it
   * here; `after` is one of After.
   * Errors: EINVAL (the signal cannot be watched), EALREADY, EBADF (closed),
   * EAGAIN (no timer left).
   */
  subscribe(signo: number, after: number): number;
  /**
   * Undoes `subscribe`; the last one puts the earlier disposition back. True when somebody's
   * handler stands over ours and may call it still.
   */
  unsubscribe(signo: number): boolean;
  /** Waits until no handler is inside; once nothing is subscribed to, `drain` gets all then. */
  settle(): void;
  /** Moves records of `recordBytes` into the buffer; returns how many. */
  drain(batch: ArrayBuffer): number;
  /** Asks to be woken by the next record; false when there already is one. */
  arm(): boolean;
  /** Records lost because the ring was full, since `open`. */
  lost(signo: number): number;
  /** Whether another handler had displaced ours, and `reinstall` put it back, since this was asked last. */
  takeDisplaced(signo: number): boolean;
  /** Keeps the loop alive; the default. */
  ref(): void;
  /** Lets the loop end. */
  unref(): void;
  /** Undoes everything. Safe to repeat. */
  close(): void;
}

/** Calls back once, when the process behind a pidfd has ended. */
export interface NativeExitWatch {
  /** The loop is kept alive until then, or until `close`. */
  open(pidfd: number): number;
  close(): void;
}

/** What follows a watched signal: native/handler/signals/state.h. */
export const After = { chain: 0, stop: 1, default: 2, report: 3 } as const;

/** What sigaction(2) says: native/core/signals/disposition.h. */
export const Installed = { default: 0, ignored: 1, ours: 2, other: 3 } as const;

/** What a signal does that nobody catches: native/handler/signals/signal_table.h. */
export const DefaultAction = { end: 0, ignore: 1, stop: 2, continue: 3 } as const;

/** A standard signal of this platform. */
export interface SignalFacts {
  readonly number: number;
  readonly name: string;
  /** One of DefaultAction. */
  readonly action: number;
}

export interface SignalsBinding {
  Channel: new (onWake: () => void) => NativeChannel;
  ExitWatch: new (onExit: () => void) => NativeExitWatch;
  /** kill(2) */
  kill(pid: number, signo: number): number;
  /** tgkill(2) */
  killThread(pid: number, thread: number, signo: number): number;
  /** rt_tgsigqueueinfo(2), or rt_sigqueueinfo(2) where `thread` is 0. */
  queue(pid: number, thread: number, signo: number, high: number, low: number): number;
  /** pidfd_open(2): a descriptor. */
  pidfdOpen(pid: number): number;
  pidfdExited(pidfd: number): boolean;
  /** pidfd_send_signal(2) to the process `pid`, which the descriptor stands for; signal 0 only checks the permission. */
  pidfdSendSignal(pidfd: number, pid: number, signo: number): number;
  /** The same with a value in two unsigned halves. */
  pidfdQueue(pidfd: number, pid: number, signo: number, high: number, low: number): number;
  /** Closes what `pidfdOpen` or `statusOpen` gave. */
  closeDescriptor(descriptor: number): number;
  /** False for signals that the kernel, libc, V8 or libuv need, and for faults. */
  isWatchable(signo: number): boolean;
  /** gettid(2); the main thread's is the pid. */
  currentThread(): number;
  /** Installs our handler again where another stands; true when it did. */
  reinstall(signo: number): boolean;
  /** Who handles the signal now: one of Installed. */
  installed(signo: number): number;
  /** Tells whether it is known that no event loop listens to the signal. */
  setUnheard(signo: number, unheard: boolean): void;
  /** Tells the uid that stands for users without one here. */
  setUnmappedUid(uid: number): void;
  /** Does the signal's default action if a watched one made it due. */
  doDueAction(signo: number): void;
  /**
   * Reads /proc/PID as a handler does. 0; ENOENT or ESRCH when it is gone or not shown;
   * another negative errno when nobody could look.
   */
  readProcess(pid: number, sender: ArrayBuffer): number;
  /**
   * Opens /proc/PID/task/THREAD/status: a descriptor that stays with that thread for ever.
   * Errors: ENOENT (no such thread, or not shown), EMFILE, ENFILE, ENOMEM, ENOSYS.
   */
  statusOpen(pid: number, thread: number): number;
  /**
   * 1 where that thread's process has handlers for all signals of the mask, in two unsigned
   * halves, else 0. Errors: ESRCH (the thread has ended), ENOMEM, EIO.
   */
  statusCatches(status: number, high: number, low: number): number;
  /**
   * From now on `After.report` writes its lines into the file of this absolute path, '': on
   * standard error; there too after an error of open(2), ELOOP (another user's link) or ENXIO
   * (a FIFO that nobody reads) among them. Errors: EALREADY.
   */
  startReport(path: string, json: boolean): number;
  /**
   * From now on this thread and all that it starts may signal only each other, see landlock(7).
   * 1: so for all threads of this process; 0: for this one only. Errors: ENOSYS (a kernel
   * without it, or not Linux), EOPNOTSUPP (Landlock is disabled), EPERM (a seccomp filter
   * forbids it), E2BIG (16 times already), EMFILE, ENFILE, ENOMEM.
   */
  restrictSignals(): number;
  /**
   * Replaces this process by a program, see execve(2), which is looked for in PATH. Arguments
   * and environment are strings with a zero byte behind each. `ignored` is a mask in two
   * unsigned halves: all other signals begin with their defaults. The descriptors stay open as
   * the standard streams do. `openFiles` is the soft RLIMIT_NOFILE, 0: as it is. Returns only
   * an error, of execvpe(3); ENOSYS (not Linux).
   */
  execute(
    args: Uint8Array,
    environment: Uint8Array,
    ignoredHigh: number,
    ignoredLow: number,
    descriptors: Int32Array,
    openFiles: number,
  ): number;
  /** The standard signals; realtime ones lie between `realtimeMin` and `realtimeMax`, and end a process. */
  readonly signals: readonly SignalFacts[];
  /** The values of si_code that do not depend on the signal. */
  readonly codes: readonly { readonly code: number; readonly name: string }[];
  /** The names of origins, by their number in a record. */
  readonly origins: readonly string[];
  /** The names of relations, by their number in a record less 1. */
  readonly relations: readonly string[];
  readonly recordBytes: number;
  readonly senderBytes: number;
  /** Thread-directed signals, values, sigtimedwait: Linux. */
  readonly hasQueue: boolean;
  /** SIGRTMIN and SIGRTMAX of the C library in use; 0 without realtime signals. */
  readonly realtimeMin: number;
  readonly realtimeMax: number;
}

export const binding = addon as SignalsBinding;
