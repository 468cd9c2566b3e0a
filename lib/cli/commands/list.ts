// minitalk list
import { listServers } from '../../minitalk/peer/running-servers.js';
import { newCommand, runCommand } from '../arguments/command.js';
import { ExitCode } from '../exit-codes.js';
import { standardOutput } from '../printers/output.js';

export async function listCommand(
  args: readonly string[],
  name = 'minitalk list',
): Promise<number> {
  const command = newCommand(name)
    .description('Show the running servers of this user.')
    .option('--json', 'as one JSON array');
  return runCommand(command, args, async () => {
    const servers = listServers();
    const lines = command.opts()['json']
      ? [JSON.stringify(servers)]
      : servers.map(({ pid, name: server }) => (server === undefined ? pid : `${pid}\t@${server}`));
    const text = lines.map((line) => `${line}\n`).join('');
    await standardOutput().write(Buffer.from(text));
    return ExitCode.ok;
  });
}
