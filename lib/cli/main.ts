// minitalk: hands over to a command. Each is loaded only when it is called, because
// a short message takes less time than the loading.
import { type CommandName, commandNames, isCommandName } from './arguments/definitions.js';
import { ExitCode } from './exit-codes.js';
import { run, UsageError } from './run.js';

type Run = (args: readonly string[]) => Promise<number>;

const commands: Record<CommandName, () => Run> = {
  server: () =>
    (require('./commands/server.js') as typeof import('./commands/server.js')).serverCommand,
  client: () =>
    (require('./commands/client.js') as typeof import('./commands/client.js')).clientCommand,
  list: () => (require('./commands/list.js') as typeof import('./commands/list.js')).listCommand,
  dialects: () =>
    (require('./commands/dialects.js') as typeof import('./commands/dialects.js')).dialectsCommand,
  watch: () =>
    (require('./commands/watch.js') as typeof import('./commands/watch.js')).watchCommand,
  send: () => (require('./commands/send.js') as typeof import('./commands/send.js')).sendCommand,
  guard: () =>
    (require('./commands/guard.js') as typeof import('./commands/guard.js')).guardCommand,
  exam: () => (require('./commands/exam.js') as typeof import('./commands/exam.js')).examCommand,
  convert: () =>
    (require('./commands/convert.js') as typeof import('./commands/convert.js')).convertCommand,
  plot: () => (require('./commands/plot.js') as typeof import('./commands/plot.js')).plotCommand,
  completion: () =>
    (require('./commands/completion.js') as typeof import('./commands/completion.js'))
      .completionCommand,
};

export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === 'help') return help(rest);
  if (name !== undefined && isCommandName(name)) return commands[name]()(rest);
  return withoutCommand(args);
}

function help([name]: readonly string[]): Promise<number> {
  if (name === undefined) return withoutCommand(['--help']);
  return isCommandName(name) ? commands[name]()(['--help']) : withoutCommand([name]);
}

/** What is not for a command: --help, --version, mistakes. */
async function withoutCommand(args: readonly string[]): Promise<number> {
  const { runCommand } =
    require('./arguments/command.js') as typeof import('./arguments/command.js');
  const { defineMinitalk } =
    require('./arguments/minitalk.js') as typeof import('./arguments/minitalk.js');
  const [name] = args;
  if (name === undefined) {
    return run('minitalk', false, async () => {
      throw new UsageError(
        `no command given: expected one of ${commandNames.join(', ')} (see minitalk --help)`,
      );
    });
  }
  // What follows an unknown command is not for us: `minitalk clinet --help` shows no help.
  const ours = name.startsWith('-') ? args : [name];
  return runCommand(defineMinitalk(), ours, async () => ExitCode.ok);
}
