// The contract with the native addon: every function and class of
// native/binding, typed. Calls return 0 or a value, or a negative errno; nothing
// here throws. Only lib/ imports this file; it is not part of the public API.
import { join } from 'node:path';

import loadAddon = require('node-gyp-build');

/** A signal ring of this process, joined to this environment's event loop. */
export interface NativeChannel {
  /**
   * Opens the ring with room for `capacity` records (rounded up to a power of
   * two). The loop is kept alive until `unref` or `close`.
   * Errors: ENOMEM, EMFILE, ENOSPC (64 channels in this process), EALREADY.
   */
  open(capacity: number): number;
  /** Has handlers note who the senders are. Before the first `subscribe`. Errors: ENOMEM, EBADF. */
  enableSnapshots(): number;
  /** Copies the snapshot of a drained record out, once. */
  fetchSnapshot(index: number, sender: ArrayBuffer): boolean;
  /**
   * Whose signals are wanted, up to 32 of each: an entry of either list must fit,
   * where there is one. The others' are refused, or pass as if unwatched. Before
   * the first `subscribe`. Errors: E2BIG, EBADF.
   */
  setPolicy(
    uids: Uint32Array,
    pids: Int32Array,
    attestedOnly: boolean,
    refusesOthers: boolean,
  ): number;
  /** How long a due default action waits for the loop, in ms. Before the first `subscribe`. */
  setGrace(ms: number): void;
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
  /** Keeps the loop alive; the default. */
  ref(): void;
  /** Lets the loop end. */
  unref(): void;
  /** Undoes everything. Safe to repeat. */
  close(): void;

  /** Makes this the process's server channel; 0: without bursts. Errors: EADDRINUSE, EBADF. */
  claimServer(burstSignal: number): number;
  /** Undoes `claimServer`. */
  releaseServer(): void;
  /**
   * Lets one client send one frame of `bits` (of data words: 8 for each byte): the
   * handler counts and acknowledges its data; `mode` is one of Mode. While the loop
   * has nothing else to do this thread takes them itself, in slices, and with `place`
   * on the CPU where it is now: returns that, or -1.
   */
  grant(
    number: number,
    session: number,
    pid: number,
    thread: number,
    pidfd: number,
    bits: number,
    mode: number,
    place: boolean,
  ): number;
  /** From now on the present grant's data are taken on this CPU, which it returns, or anywhere: -1. */
  place(place: boolean): number;
  /** Takes the present grant back: no more bits count. */
  clearGrant(): void;
  /** Data signals taken under the present grant; -1 when it is not started. */
  grantCount(): number;
  /** Fills `frame` from what data words have left. */
  copyFrame(frame: Uint8Array): void;
}

/** A client's line to one server. */
export interface NativeTransmitter {
  /** Errors: ENOSPC (256 lines in this process), ENOSYS (not Linux). */
  open(pid: number, thread: number, pidfd: number): number;
  /**
   * Makes `bytes` the frame to be sent under `grant`, in one of Mode. A data word
   * carries `payload` bytes, 8 or 24; at most `window` are on their way.
   */
  begin(
    session: number,
    grant: number,
    bytes: Uint8Array,
    mode: number,
    payload: number,
    burstSignal: number,
    window: number,
  ): void;
  /**
   * Transmits for about `microseconds`, on `cpu` if allowed (-1: anywhere), with
   * all signals of this thread blocked. Returns a TransmitStatus or a negative
   * errno: ESRCH, EPERM.
   */
  transmit(cpu: number, microseconds: number): number;
  /** Bytes of the frame that the server has taken. */
  taken(): number;
  /** When the server last answered within this frame, CLOCK_MONOTONIC in ms; 0: not yet. */
  lastReply(): number;
  /** Gives the line back. Safe to repeat. */
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

/** What carries data: native/handler/minitalk/data_word.h. */
export const Mode = { bit: 0, word: 1, burst: 2 } as const;

/** How a slice of transmitting ended. */
export const TransmitStatus = {
  sliceOver: 0,
  frameDone: 1,
  stalled: 2,
  mismatch: 3,
} as const;

export interface Binding {
  Channel: new (onWake: () => void) => NativeChannel;
  ExitWatch: new (onExit: () => void) => NativeExitWatch;
  Transmitter: new () => NativeTransmitter;
  /** kill(2) */
  kill(pid: number, signo: number): number;
  /** tgkill(2) */
  killThread(pid: number, thread: number, signo: number): number;
  /** rt_tgsigqueueinfo(2), or rt_sigqueueinfo(2) where `thread` is 0. */
  queue(pid: number, thread: number, signo: number, high: number, low: number): number;
  /** pidfd_open(2): a descriptor. */
  pidfdOpen(pid: number): number;
  pidfdExited(pidfd: number): boolean;
  /** pidfd_send_signal(2); signal 0 only checks the permission. */
  pidfdSendSignal(pidfd: number, signo: number): number;
  /** The same with a value in two unsigned halves. */
  pidfdQueue(pidfd: number, signo: number, high: number, low: number): number;
  pidfdClose(pidfd: number): number;
  /** gettid(2) */
  currentThread(): number;
  /** Bytes that a data word can carry, as tested: 24, 8, or 0 where there are none. */
  largestPayload(): number;
  /** False for signals that the kernel, libc, V8 or libuv need, and for faults. */
  isWatchable(signo: number): boolean;
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
  /** From now on `After.report` writes its lines to this descriptor. */
  startReport(descriptor: number, json: boolean): void;
  /** The standard signals; realtime ones lie between `realtimeMin` and `realtimeMax`, and end a process. */
  readonly signals: readonly SignalFacts[];
  /** The values of si_code that do not depend on the signal. */
  readonly codes: readonly { readonly code: number; readonly name: string }[];
  /** The names of origins, by their number in a record. */
  readonly origins: readonly string[];
  readonly recordBytes: number;
  readonly senderBytes: number;
  /** Thread-directed signals, values, sigtimedwait: Linux. */
  readonly hasQueue: boolean;
  /** SIGRTMIN and SIGRTMAX of the C library in use; 0 without realtime signals. */
  readonly realtimeMin: number;
  readonly realtimeMax: number;
}

function load(): Binding {
  const root = join(__dirname, '..');
  try {
    return loadAddon(root) as Binding;
  } catch (cause) {
    throw new Error(
      `minitalk: no native addon for ${process.platform}-${process.arch}, Node-API ${process.versions['napi']}; ` +
        `looked for build/Release and prebuilds in ${root}. Build it there with: npm run build:native`,
      { cause },
    );
  }
}

export const binding = load();
