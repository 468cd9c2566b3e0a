// What the command line can add to an error of the library, in its own words.
import type { MinitalkErrorCode } from '../minitalk/errors.js';
import type { SignalErrorCode } from '../signals/errors.js';

const byCode: Readonly<Partial<Record<MinitalkErrorCode | SignalErrorCode, string>>> = {
  EEXIST: 'choose another --name',
  EMSGSIZE: "the server's --max-message says how much it takes",
  ERR_NOT_ALLOWED: "the server's --allow-uid names who may send",
  ERR_NOT_A_SERVER:
    '"minitalk list" shows the running ones; --dialect is for the server of another minitalk; --force sends all the same, and ends a process that does not catch both signals',
  ESRCH: '"minitalk list" shows the running ones',
};

/** Its processes are no servers. */
const SEND = 'minitalk send';

/** A hint for the user; undefined where there is none. */
export function hintFor(error: unknown, program: string): string | undefined {
  if (program === SEND) return undefined;
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  // A server that has ended in the middle is not one that was looked for in vain, by pid or by name.
  if (code === 'ESRCH' && syscall !== 'pidfd_open' && syscall !== 'connect') return undefined;
  return Object.hasOwn(byCode, code) ? byCode[code as keyof typeof byCode] : undefined;
}
