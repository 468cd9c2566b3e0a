// How long a question waits for its answer before it is put again: docs/protocol.md, section 5.

export const FIRST_ASK_MS = 20;
export const LAST_ASK_MS = 500;

/** The wait after one of `ms` that brought nothing. */
export function longerWait(ms: number): number {
  return Math.min(ms * 2, LAST_ASK_MS);
}
