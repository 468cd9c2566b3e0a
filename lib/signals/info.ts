// One signal, and what may be believed about its sender, see sigaction(2).

import { binding } from '../binding/signals.js';
import { jsonable } from './internal/json.js';
import type { RecordBatch } from './internal/record.js';
import { signalName } from './names.js';
import type { SignalSender } from './sender.js';

/**
 * Where a signal came from: `process`: a process, and the kernel vouches for pid and
 * uid. `claimed`: a process that chose them itself, see rt_sigqueueinfo(2).
 * `kernel`: the kernel itself, such as Ctrl-C. `child`: news of a child. `timer`: a
 * POSIX timer, or who claims to be one. `unknown`: from outside this pid namespace, or
 * details lost over RLIMIT_SIGPENDING.
 */
export type SignalOrigin = 'process' | 'claimed' | 'kernel' | 'child' | 'timer' | 'unknown';

/**
 * Who the sender is to this process: `self`; `parent`; `init`, pid 1, where that is not the
 * parent; `ancestor`, a parent's parent and so on; `sibling`, another child of the parent, which
 * is not pid 1; `descendant`, a child, a child's child and so on; `unrelated`; `outside`, of this
 * pid namespace, or the kernel had no room for who it is.
 */
export type SenderRelation =
  | 'self'
  | 'parent'
  | 'init'
  | 'ancestor'
  | 'sibling'
  | 'descendant'
  | 'unrelated'
  | 'outside';

const codeNames = new Map(binding.codes.map(({ code, name }) => [code, name]));

/** An si_code by name, such as 'SI_USER'; 'SI_<n>' for one that has none. */
export function codeName(code: number): string {
  return codeNames.get(code) ?? `SI_${code}`;
}

const origins = binding.origins as readonly SignalOrigin[];
const relations = binding.relations as readonly SenderRelation[];

// A class, because V8 is 20 times as quick to freeze its objects as a literal's with a
// `__proto__`. Its fields are only declared: to define each of them first takes 3 µs.

/** Frozen. JSON.stringify and structuredClone take it. */
export class SignalInfo {
  declare readonly signal: string;
  declare readonly number: number;
  /** The si_code by name, such as 'SI_USER'; 'SI_<n>' for one that has none. */
  declare readonly code: string;
  /** As this process's pid namespace sees it; 0 where nobody told it. */
  declare readonly pid: number;
  /** The sender's real uid when it sent; -1, which is nobody's, where nobody told it. */
  declare readonly uid: number;
  /** The kernel filled in pid and uid, and no other process could have forged them. */
  declare readonly attested: boolean;
  declare readonly origin: SignalOrigin;
  /** The 64 bits of a queued signal; else 0n. */
  declare readonly value: bigint;
  /** Counts all arrivals of this watcher, lost ones included. */
  declare readonly sequence: bigint;
  /** When the handler took it, in ns on the clock of process.hrtime.bigint(). */
  declare readonly time: bigint;
  /** The same on the wall clock, as that stood when the event loop came to it. */
  declare readonly date: Date;
  /** How late the event loop came to it, in ms. */
  declare readonly delay: number;
  /**
   * With the `snapshot` option, or where the policy asks for it: who that pid was to this
   * process when the signal came in; undefined where that could not be found out.
   */
  declare readonly relation: SenderRelation | undefined;
  /**
   * With the `snapshot` option: who that pid was when the signal came in; undefined
   * where it was gone by then, or 256 other snapshots waited for the event loop.
   */
  declare readonly sender: SignalSender | undefined;

  /** @internal the i-th record of a batch that was drained at `now`, in ns */
  constructor(batch: RecordBatch, i: number, now: bigint, sender?: SignalSender) {
    const code = batch.code(i);
    const number = batch.signo(i);
    const origin = origins[batch.origin(i)] ?? 'unknown';
    this.signal = signalName(number);
    this.number = number;
    this.code = codeName(code);
    this.pid = batch.pid(i);
    this.uid = batch.uid(i);
    this.attested = origin === 'process';
    this.origin = origin;
    this.value = batch.value(i);
    this.sequence = batch.sequence(i);
    this.time = batch.time(i);
    this.delay = Number(now - this.time) / 1e6;
    this.date = new Date(Date.now() - this.delay);
    this.relation = relations[batch.relation(i)];
    this.sender = sender;
    Object.freeze(this);
  }

  /** What JSON.stringify takes: bigints as decimal strings. */
  toJSON(): object {
    return jsonable.toJSON.call(this);
  }
}
