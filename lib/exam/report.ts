// What an examination's two processes say to each other.
import type { CheckName } from './catalogue.js';
import type { Result } from './finding.js';

/** The examiner's argument, as JSON. */
export interface Order {
  readonly folder: string;
  readonly checks: readonly CheckName[];
  /** Nobody outside can be signalled. */
  readonly isContained: boolean;
}

/** A line of JSON on the examiner's descriptor REPORTS. */
export type Report = { readonly start: CheckName } | Result;

export const REPORTS = 3;
