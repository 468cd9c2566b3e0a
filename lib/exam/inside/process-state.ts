// What /proc tells of a stranger, see proc(5).
import { readdirSync, readFileSync } from 'node:fs';

/** SIGUSR1 and SIGUSR2, as a set. */
export const BOTH = (1n << 9n) | (1n << 11n);

export interface ProcessState {
  /** 'R', 'S', 'T', 'Z', … */
  readonly state: string;
  /** Sets of signals, as bits: bit n - 1 is signal n. */
  readonly pending: bigint;
  readonly blocked: bigint;
  readonly caught: bigint;
}

/** undefined: it has ended. */
export function processState(pid: number): ProcessState | undefined {
  const text = read(`/proc/${pid}/status`);
  if (text === undefined) return undefined;
  const set = (name: string) => BigInt(`0x${field(text, name) || '0'}`);
  return {
    state: field(text, 'State'),
    pending: set('SigPnd') | set('ShdPnd'),
    blocked: set('SigBlk'),
    caught: set('SigCgt'),
  };
}

export function isAlive(pid: number): boolean {
  const state = processState(pid)?.state;
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Whether it catches SIGUSR1 and SIGUSR2; undefined: it has ended. */
export function catchesBoth(pid: number): boolean | undefined {
  const state = processState(pid);
  return state && (state.caught & BOTH) === BOTH;
}

/** The processes whose parent it is. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((each) => each > 0 && field(read(`/proc/${each}/status`) ?? '', 'PPid') === `${pid}`);
}

export function nameOf(pid: number): string {
  return read(`/proc/${pid}/comm`)?.trim() ?? '';
}

/** CPU time so far, ms. */
export function cpuTime(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/schedstat`);
  return stat === undefined ? undefined : Number(stat.split(' ')[0]) / 1e6;
}

function field(status: string, name: string): string {
  return new RegExp(`^${name}:\\s*(\\S*)`, 'm').exec(status)?.[1] ?? '';
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined; // it has ended
  }
}
