// minitalk: hands over to a command. Each is loaded only when it is called, because
// a short message takes less time than the loading.
import { UsageError } from './run.js';

type Run = (args: readonly string[]) => Promise<number>;

const commands: Record<string, () => Run> = {
  server: () =>
    (require('./commands/server.js') as typeof import('./commands/server.js')).serverCommand,
  client: () =>
    (require('./commands/client.js') as typeof import('./commands/client.js')).clientCommand,
  list: () => (require('./commands/list.js') as typeof import('./commands/list.js')).listCommand,
  watch: () =>
    (require('./commands/watch.js') as typeof import('./commands/watch.js')).watchCommand,
  send: () => (require('./commands/send.js') as typeof import('./commands/send.js')).sendCommand,
  guard: () =>
    (require('./commands/guard.js') as typeof import('./commands/guard.js')).guardCommand,
};

const names = Object.keys(commands);

export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command()(rest);
  const { newCommand, runCommand } =
    require('./arguments/command.js') as typeof import('./arguments/command.js');
  const { version } = require('../../package.json') as { version: string };
  const program = newCommand('minitalk')
    .description('Messages over SIGUSR1 and SIGUSR2, exactly once.')
    .usage(`${names.join('|')} [options]`)
    .version(version)
    .argument('[command]')
    .addHelpText(
      'after',
      `
Commands:
  minitalk server                           print the pid and every message
  minitalk client <pid | @name> [message]   send a message
  minitalk list                             show the running servers of this user
  minitalk watch [signal…]                  show each signal that comes, and who sent it
  minitalk send <pid> <signal>              send a signal to one process
  minitalk guard -- <command> [argument…]   run a command that can signal only what it starts
  minitalk <command> --help                 the command's options`,
    );
  return runCommand(program, args, async () => {
    const what =
      name === undefined ? 'no command given' : `unknown command ${JSON.stringify(name)}`;
    throw new UsageError(`${what}: expected one of ${names.join(', ')} (see minitalk --help)`);
  });
}
