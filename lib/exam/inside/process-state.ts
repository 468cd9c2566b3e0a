// What /proc tells of a stranger, see proc(5).
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { seenOrThrow } from '../../signals/internal/look.js';
import {
  catchesUserSignals,
  lookAtStatus,
  type ProcessStatus,
} from '../../signals/internal/proc.js';

const { SIGUSR1, SIGUSR2 } = constants.signals;

/** undefined: it has ended. */
export function statusOf(pid: number): ProcessStatus | undefined {
  return seenOrThrow(lookAtStatus(pid));
}

/** Whether it catches SIGUSR1 and SIGUSR2; undefined: it has ended. */
export function catchesBoth(pid: number): boolean | undefined {
  const status = statusOf(pid);
  return status && catchesUserSignals(status);
}

/** Whether neither SIGUSR1 nor SIGUSR2 waits to be taken, or would. */
export function hasTakenBoth({ hasPending, blocks }: ProcessStatus): boolean {
  return ![SIGUSR1, SIGUSR2].some((signo) => hasPending(signo) || blocks(signo));
}

export function isAlive(pid: number): boolean {
  const state = statusOf(pid)?.state;
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** The processes whose parent it is. */
export function childrenOf(pid: number): number[] {
  const all = readdirSync('/proc').map(Number).filter(Boolean);
  return all.filter((each) => statusOf(each)?.parent === pid);
}

export function nameOf(pid: number): string {
  return read(`/proc/${pid}/comm`)?.trim() ?? '';
}

/** CPU time so far, ms. */
export function cpuTime(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/schedstat`);
  return stat === undefined ? undefined : Number(stat.split(' ')[0]) / 1e6;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined; // it has ended
  }
}
