import { MinitalkError } from '../../minitalk/errors.js';
import { assertName } from '../../minitalk/peer/registration.js';
import { listServers } from '../../minitalk/peer/running-servers.js';
import { assertPid } from '../../signals/send.js';

/**
 * The pid that a command-line target names: `1234` or `@name`.
 * @throws MinitalkError ERR_INVALID_PID, ERR_INVALID_NAME, ESRCH (no server of that name)
 */
export function resolveTarget(target: string): number {
  if (target.startsWith('@')) {
    const name = target.slice(1);
    assertName(name);
    const server = listServers().find((entry) => entry.name === name);
    if (server !== undefined) return server.pid;
    throw new MinitalkError(
      'ESRCH',
      `no running server is named "${name}" ("minitalk list" shows the running ones)`,
    );
  }
  // Digits alone are no guard: 4294967297 is 1 in 32 bits. assertPid checks the range.
  const pid = /^[0-9]{1,10}$/.test(target) ? Number(target) : Number.NaN;
  if (Number.isNaN(pid)) {
    throw new MinitalkError(
      'ERR_INVALID_PID',
      `invalid pid ${JSON.stringify(target)}: expected a whole number, or @name`,
    );
  }
  if (pid !== 1) assertPid(pid); // 1 can be a server, in a container: connect looks
  return pid;
}
