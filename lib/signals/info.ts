// What may be believed about a signal's sender, from si_code, see sigaction(2).

import { signalName } from './names.js';
import type { RecordBatch } from './record.js';

/** Where a signal came from, as far as the kernel vouches for it. */
export type SignalOrigin = 'process' | 'claimed' | 'kernel' | 'child' | 'timer' | 'unknown';

export interface SignalInfo {
  readonly signal: string;
  readonly number: number;
  /** The si_code by name, such as 'SI_USER'; 'SI_<n>' for one that has none. */
  readonly code: string;
  /** As this process's pid namespace sees it; 0 when the kernel does not tell. */
  readonly pid: number;
  /** The sender's real uid when it sent. Meaningless where `origin` is 'unknown'. */
  readonly uid: number;
  /** The kernel filled in pid and uid, and no other process could have forged them. */
  readonly attested: boolean;
  readonly origin: SignalOrigin;
  /** The 64 bits of a queued signal; else 0n. */
  readonly value: bigint;
  /** Counts all arrivals of this watcher, lost ones included. */
  readonly sequence: bigint;
  /** In ns, on the clock of process.hrtime.bigint(). */
  readonly time: bigint;
}

const SI_USER = 0;
const SI_TKILL = -6;
const SI_TIMER = -2;
const SIGCHLD = 17;

// Linux's numbers: asm-generic/siginfo.h.
const codeNames = new Map<number, string>([
  [0, 'SI_USER'],
  [0x80, 'SI_KERNEL'],
  [-1, 'SI_QUEUE'],
  [-2, 'SI_TIMER'],
  [-3, 'SI_MESGQ'],
  [-4, 'SI_ASYNCIO'],
  [-5, 'SI_SIGIO'],
  [-6, 'SI_TKILL'],
  [-7, 'SI_DETHREAD'],
  [-60, 'SI_ASYNCNL'],
]);

export function isAttested(code: number, pid: number): boolean {
  return (code === SI_USER || code === SI_TKILL) && pid > 0;
}

function originOf(signo: number, code: number, pid: number): SignalOrigin {
  if (isAttested(code, pid)) return 'process';
  if (code > 0) return signo === SIGCHLD ? 'child' : 'kernel';
  // Pid 0: a sender outside our pid namespace, or siginfo that the kernel lost.
  if (pid === 0 || code === SI_USER || code === SI_TKILL) return 'unknown';
  return code === SI_TIMER ? 'timer' : 'claimed';
}

/** The i-th record of a batch as a plain frozen object. */
export function signalInfo(batch: RecordBatch, i: number): SignalInfo {
  const number = batch.signo(i);
  const code = batch.code(i);
  const pid = batch.pid(i);
  return Object.freeze({
    signal: signalName(number),
    number,
    code: codeNames.get(code) ?? `SI_${code}`,
    pid,
    uid: batch.uid(i),
    attested: isAttested(code, pid),
    origin: originOf(number, code, pid),
    value: batch.value(i),
    sequence: batch.sequence(i),
    time: batch.time(i),
  });
}
