// Of a recording's file and the one before it together, bytes.
export const DEFAULT_LIMIT = 64 * 2 ** 20;
/** A header and some events have room in half of it. */
export const LEAST_LIMIT = 4096;
