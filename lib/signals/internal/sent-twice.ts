/**
 * The same signal within so many ms is the first one sent twice: timeout(1) signals its command,
 * then its group, in which the command is. No finger is so fast.
 */
export const SENT_TWICE_MS = 100;
