// How long a question waits for its answer before it is put again: docs/protocol.md, section 5.

export const FIRST_ASK_MS = 20;
export const LAST_ASK_MS = 500;

/**
 * What is waited of `ms`: less by up to a half, at random. Questions that have met, of which the
 * kernel then kept one, are not to meet again.
 */
export function spread(ms: number): number {
  return Math.round(ms * (1 - Math.random() / 2));
}

/** The wait after one of `ms` that brought nothing. */
export function longerWait(ms: number): number {
  return Math.min(ms * 2, LAST_ASK_MS);
}
