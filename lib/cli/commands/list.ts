// minitalk list
import { listServers } from '../../minitalk/peer/running-servers.js';
import { type ListOptions, listWithOptions } from '../arguments/list.js';
import { ExitCode } from '../exit-codes.js';
import { standardOutput } from '../printers/output.js';

export function listCommand(args: readonly string[], name = 'minitalk list'): Promise<number> {
  return listWithOptions(args, name, list);
}

async function list({ json }: ListOptions): Promise<number> {
  const servers = listServers();
  const lines = json
    ? [JSON.stringify(servers)]
    : servers.map(({ pid, name }) => (name === undefined ? pid : `${pid}\t@${name}`));
  const text = lines.map((line) => `${line}\n`).join('');
  await standardOutput().write(Buffer.from(text));
  return ExitCode.ok;
}
