// What /proc tells of a stranger, see proc(5).
import { readFileSync } from 'node:fs';

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
  const field = (name: string) => new RegExp(`^${name}:\\s*(\\S*)`, 'm').exec(text)?.[1] ?? '';
  const set = (name: string) => BigInt(`0x${field(name) || '0'}`);
  return {
    state: field('State'),
    pending: set('SigPnd') | set('ShdPnd'),
    blocked: set('SigBlk'),
    caught: set('SigCgt'),
  };
}

export function isAlive(pid: number): boolean {
  const state = processState(pid)?.state;
  return state !== undefined && state !== 'Z' && state !== 'X';
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
