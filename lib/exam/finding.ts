// What came of a check.
import { type CheckName, catalogue, type Part } from './catalogue.js';

export interface Finding {
  readonly verdict: 'passed' | 'failed' | 'skipped';
  readonly seen: string;
  /** What in the code is likely to make it so. */
  readonly cause?: string;
}

export interface Result extends Finding {
  readonly check: CheckName;
  readonly ms: number;
}

export function passed(seen: string): Finding {
  return { verdict: 'passed', seen };
}

export function failed(seen: string, cause?: string): Finding {
  return { verdict: 'failed', seen, ...(cause !== undefined && { cause }) };
}

export function skipped(seen: string): Finding {
  return { verdict: 'skipped', seen };
}

/** Checks passed, of those that were done. */
export interface Mark {
  readonly passed: number;
  readonly of: number;
}

export function markOf(results: readonly Result[], part: Part): Mark {
  const done = results.filter(
    ({ check, verdict }) => catalogue[check].part === part && verdict !== 'skipped',
  );
  return { passed: done.filter(({ verdict }) => verdict === 'passed').length, of: done.length };
}
