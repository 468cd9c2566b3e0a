// minitalk list
import { listServers } from '../../minitalk/peer/running-servers.js';
import { newCommand, runCommand } from '../arguments/command.js';
import { ExitCode } from '../exit-codes.js';

export async function listCommand(
  args: readonly string[],
  name = 'minitalk list',
): Promise<number> {
  const command = newCommand(name)
    .description('Show the running servers of this user.')
    .option('--json', 'as one JSON array');
  return runCommand(command, args, async () => {
    const servers = listServers();
    if (command.opts()['json']) {
      process.stdout.write(`${JSON.stringify(servers)}\n`);
    } else {
      for (const { pid, name: server } of servers) {
        process.stdout.write(`${pid}${server === undefined ? '' : `\t@${server}`}\n`);
      }
    }
    return ExitCode.ok;
  });
}
