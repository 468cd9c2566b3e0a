// The command line of minitalk itself.
import type { Command } from 'commander';
import { type Definition, define, meanings, newCommand } from './definition.js';
import { commandNames, definitions } from './definitions.js';

export function defineMinitalk(): Definition {
  const command = newCommand('minitalk', 'messages over signals')
    .description('Messages over SIGUSR1 and SIGUSR2, exactly once; and who sent a signal.')
    .enablePositionalOptions() // guard's are its command's
    .configureHelp({ subcommandTerm: withArguments })
    .helpCommand('help [command]', 'show the help of a command');
  for (const name of commandNames) command.addCommand(definitions[name](name).command);
  return define(command, {
    notes: [
      '"minitalk help <command>" has the options, examples and exit codes of each. minitalk-server and minitalk-client are the first two.',
    ],
    examples: [
      ['minitalk server', 'print "Server PID: 4242", then every message'],
      ["minitalk client 4242 'Hello, world'", 'send it one'],
      ['minitalk watch', 'show who sends this process which signal'],
    ],
    exitCodes: [[0, 'done'], meanings.usage, ['other', "the command's own"]],
  });
}

/** `client <target> [message]`: that it has options goes without saying. */
function withArguments(command: Command): string {
  return `${command.name()} ${command.usage().replace('[options]', '').trim()}`;
}
