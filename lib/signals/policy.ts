// Whose signals a watcher takes.
import { binding, type NativeSenders } from '../binding/signals.js';
import { SignalError } from './errors.js';
import type { SenderRelation } from './info.js';
import { checkChoice } from './internal/checks.js';

/** Who fits one entry of any list is among them. */
export interface SenderSet {
  /** Real uids, at most 32. */
  uids?: readonly number[];
  /** Pids, at most 32. The kernel may give a pid again after its process has ended. */
  pids?: readonly number[];
  /**
   * What they are to this process: here a `parent` is an `ancestor`, too, and pid 1 always
   * `init`. Whose relation cannot be found out fits none. `outside` is not attested, and
   * allowed all the same.
   */
  relations?: readonly SenderRelation[];
}

/**
 * With lists, a sender must be in one of them. What the kernel itself sends (Ctrl-C, a
 * hang-up) is always allowed; a sender outside this pid namespace by `relations` alone, and one
 * outside this user namespace by no uid.
 * It keeps out accidents and misrouting: who has the same uid can do worse with ptrace(2).
 */
export interface SenderPolicy extends SenderSet {
  /** Not these, even so. With `relations`, whose relation cannot be found out is not allowed. */
  not?: SenderSet;
  /** Only senders that the kernel vouches for; default true. */
  attested?: boolean;
  /**
   * What becomes of the others' signals: `pass`, as if nobody watched, which is the
   * default; or `refuse`: they end here, and the watcher emits `refused`.
   */
  others?: 'pass' | 'refuse';
}

const MAX_ENTRIES = 32;
const MAX_UID = 2 ** 32 - 2;

export interface NativePolicy {
  readonly only: NativeSenders;
  readonly never: NativeSenders;
  readonly attestedOnly: boolean;
  readonly refusesOthers: boolean;
}

/** @throws SignalError ERR_INVALID_ARG_VALUE */
export function nativePolicy(policy: SenderPolicy): NativePolicy {
  const { not = {}, attested = true, others = 'pass' } = policy;
  checkChoice('from.others', others, ['pass', 'refuse']);
  return {
    only: nativeSenders('from', policy),
    never: nativeSenders('from.not', not),
    attestedOnly: attested,
    refusesOthers: others === 'refuse',
  };
}

function nativeSenders(name: string, set: SenderSet): NativeSenders {
  const { uids = [], pids = [], relations = [] } = set;
  checkList(`${name}.uids`, uids, 0, MAX_UID);
  checkList(`${name}.pids`, pids, 1, 2 ** 31 - 1);
  checkRelations(`${name}.relations`, relations);
  return {
    uids: Uint32Array.from(uids),
    pids: Int32Array.from(pids),
    relations: relations.reduce((bits, each) => bits | (1 << binding.relations.indexOf(each)), 0),
  };
}

function checkRelations(name: string, list: readonly SenderRelation[]): void {
  if (Array.isArray(list) && list.every((each) => binding.relations.includes(each))) return;
  const known = binding.relations.map((each) => JSON.stringify(each)).join(', ');
  throw new SignalError(
    'ERR_INVALID_ARG_VALUE',
    `invalid ${name} ${JSON.stringify(list)}: expected some of ${known}`,
  );
}

function checkList(name: string, list: readonly number[], min: number, max: number): void {
  const isValid = (each: number) => Number.isInteger(each) && each >= min && each <= max;
  if (Array.isArray(list) && list.length <= MAX_ENTRIES && list.every(isValid)) return;
  throw new SignalError(
    'ERR_INVALID_ARG_VALUE',
    `invalid ${name} ${JSON.stringify(list)}: expected at most ${MAX_ENTRIES} whole numbers from ${min} to ${max}`,
  );
}
