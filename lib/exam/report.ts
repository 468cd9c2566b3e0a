// What an examination's two processes say to each other.
import type { CheckName } from './catalogue.js';
import type { Result } from './finding.js';

/** The examiner's argument, as JSON. */
export interface Order {
  readonly folder: string;
  readonly checks: readonly CheckName[];
  /** The pid namespace of who ordered it: the examiner sees whether it is in another one. */
  readonly namespace: string;
  /** The source of the library that watches calls. */
  readonly callsSource: string;
  /** A folder that goes when the examination ends, whoever is ended first. */
  readonly scratch: string;
}

/** The argument of the examiner's assistant: who it is to signal. */
export interface Assistance {
  readonly target: number;
}

/** A line of JSON on the examiner's descriptor REPORTS; the first says whether nobody outside can be signalled. */
export type Report = { readonly isContained: boolean } | { readonly start: CheckName } | Result;

export const REPORTS = 3;
