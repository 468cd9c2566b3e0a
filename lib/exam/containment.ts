// Where strangers run, who may signal anybody by mistake: in a pid namespace of their own, where the kernel lets us
// make one. Nobody outside has a number there, so nobody can be signalled.
import { spawnSync } from 'node:child_process';

const IN_NAMESPACE = ['--pid', '--fork', '--kill-child=KILL', '--mount-proc', '--'];
/** unshare(1), without and with privileges. The first keeps the user, the second is for older ones. */
const ways = [
  ['--user', '--map-current-user', ...IN_NAMESPACE],
  ['--user', '--map-root-user', ...IN_NAMESPACE],
  IN_NAMESPACE,
];
/** Not the last command of its shell: else that would not stay, as pid 1, beside it. */
const STAY = ['sh', '-c', '"$@"; exit $?', 'sh'];

const PROBE_MS = 5000;

/**
 * What has a command run in a pid namespace of its own, which ends with unshare's process; undefined where there is
 * no way.
 */
export function namespacePrefix(): readonly string[] | undefined {
  return ways
    .map((way) => ['unshare', ...way, ...STAY])
    .find(([command = '', ...args]) => {
      const { status } = spawnSync(command, [...args, 'true'], {
        stdio: 'ignore',
        timeout: PROBE_MS,
      });
      return status === 0;
    });
}
