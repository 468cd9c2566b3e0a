// What a dialect can carry is known before the first signal.
import { MinitalkError } from '../minitalk/errors.js';
import { type Dialect, tellsEnd, terminatorOf } from './dialect.js';
import { formatDialect } from './format.js';

const LARGEST_LENGTH = 2 ** 32 - 1;
/** Those that `repeats` are ints. */
const LARGEST_INT = 2 ** 31 - 1;

/**
 * @throws MinitalkError EILSEQ for a byte that would end the text too early, or for nothing
 * where nothing ends it; EMSGSIZE for more bytes than its length can say
 */
export function assertCarries(dialect: Dialect, text: Uint8Array): void {
  const [terminator] = terminatorOf(dialect);
  const at = terminator === undefined ? -1 : text.indexOf(terminator);
  if (at >= 0) {
    const name = terminator === 0 ? 'NUL' : 'newline';
    throw notCarried(dialect, `the text has a ${name} at byte ${at}, which would end it there`);
  }
  if (text.length === 0 && !tellsEnd(dialect)) {
    throw notCarried(dialect, 'an empty text is no signal at all where nothing ends it');
  }
  const { length } = dialect;
  const most = length?.repeats ? LARGEST_INT : LARGEST_LENGTH;
  if (length !== undefined && text.length > most - Number(length.countsNul)) {
    throw new MinitalkError(
      'EMSGSIZE',
      `the text has ${text.length} bytes, and the length of dialect ${formatDialect(dialect)} says ${most} at most; nothing was sent`,
    );
  }
}

function notCarried(dialect: Dialect, why: string): MinitalkError {
  return new MinitalkError(
    'EILSEQ',
    `dialect ${formatDialect(dialect)} cannot carry it: ${why}; nothing was sent`,
  );
}
