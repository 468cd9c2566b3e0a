// Whose signals a watcher takes.
import { SignalError } from './errors.js';

/**
 * With lists, a sender must be in one of them. What the kernel itself sends (Ctrl-C, a
 * hang-up) is always allowed; a sender outside this pid or user namespace never by a list.
 * It keeps out accidents and misrouting: who has the same uid can do worse with ptrace(2).
 */
export interface SenderPolicy {
  /** Real uids, at most 32. */
  uids?: readonly number[];
  /** Pids, at most 32. The kernel may give a pid again after its process has ended. */
  pids?: readonly number[];
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
  readonly uids: Uint32Array;
  readonly pids: Int32Array;
  readonly attestedOnly: boolean;
  readonly refusesOthers: boolean;
}

/** @throws SignalError ERR_INVALID_ARG_VALUE */
export function nativePolicy(policy: SenderPolicy): NativePolicy {
  const { uids = [], pids = [], attested = true, others = 'pass' } = policy;
  checkList('from.uids', uids, 0, MAX_UID);
  checkList('from.pids', pids, 1, 2 ** 31 - 1);
  if (others !== 'pass' && others !== 'refuse') {
    throw new SignalError(
      'ERR_INVALID_ARG_VALUE',
      `invalid from.others ${JSON.stringify(others)}: expected "pass" or "refuse"`,
    );
  }
  return {
    uids: Uint32Array.from(uids),
    pids: Int32Array.from(pids),
    attestedOnly: attested,
    refusesOthers: others === 'refuse',
  };
}

function checkList(name: string, list: readonly number[], min: number, max: number): void {
  const isValid = (each: number) => Number.isInteger(each) && each >= min && each <= max;
  if (Array.isArray(list) && list.length <= MAX_ENTRIES && list.every(isValid)) return;
  throw new SignalError(
    'ERR_INVALID_ARG_VALUE',
    `invalid ${name} ${JSON.stringify(list)}: expected at most ${MAX_ENTRIES} whole numbers from ${min} to ${max}`,
  );
}
