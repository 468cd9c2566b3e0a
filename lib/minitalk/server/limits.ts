// What a server of any kind may be told of sizes and times.
import { MinitalkError } from '../errors.js';

const LARGEST_MESSAGE = 2 ** 32 - 1;

export interface Limits {
  /** Bytes. */
  readonly maxMessage?: number | undefined;
  /** ms */
  readonly idleTimeout?: number | undefined;
}

/** @throws MinitalkError ERR_OUT_OF_RANGE */
export function assertLimits({ maxMessage = 0, idleTimeout = 1 }: Limits): void {
  if (!Number.isInteger(maxMessage) || maxMessage < 0 || maxMessage > LARGEST_MESSAGE) {
    throw new MinitalkError(
      'ERR_OUT_OF_RANGE',
      `maxMessage ${maxMessage}: expected 0 to ${LARGEST_MESSAGE} bytes`,
    );
  }
  if (!(idleTimeout > 0)) {
    throw new MinitalkError(
      'ERR_OUT_OF_RANGE',
      `idleTimeout ${idleTimeout}: expected more than 0 ms`,
    );
  }
}
