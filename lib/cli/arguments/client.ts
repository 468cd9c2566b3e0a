// The command line of minitalk client.
import { type Command, Option } from 'commander';
import { type ClientOptions, clientDefaults } from './client-options.js';
import { newCommand, parseSeconds, placeOption, runCommand } from './command.js';

/** Parses `args` and calls `send` with what they say. */
export function clientWithOptions(
  args: readonly string[],
  name: string,
  send: (target: string, message: string | undefined, options: ClientOptions) => Promise<number>,
): Promise<number> {
  const command = newCommand(name)
    .description('Send a message to a server and wait until it has verified and printed all of it.')
    .argument('<target>', "the server's pid, or @name")
    .argument('[message]', 'the text; standard input when there is none or it is "-"')
    .option('-f, --file <path>', "send this file's bytes")
    .option('-t, --timeout <seconds>', 'longest silence of the server (default: 10)', parseSeconds)
    .option('--json', 'the result, or the error, as one JSON object')
    .option('-q, --quiet', 'no progress bar')
    .option('--force', 'send to a process that is no known server; THIS CAN END IT')
    .addOption(
      new Option('--mode <mode>', 'what a signal carries; auto: the fastest that both ends can do')
        .choices(['bit', 'word', 'burst', 'auto'])
        .default(clientDefaults.mode),
    )
    .addOption(placeOption("move to the server's CPU while sending, where that pays"));
  return runCommand(command, literalText(command, args), async () => {
    const [target, message] = command.args as [string, string | undefined];
    const options = command.opts<ClientOptions>();
    if (message !== undefined && options.file !== undefined) {
      command.error("a message and '--file' exclude each other");
    }
    return send(target, message, options);
  });
}

/** `PID TEXT` sends any text, also one that begins with a dash and is no option. */
function literalText(command: Command, given: readonly string[]): readonly string[] {
  const [target, text] = given;
  const isPlain =
    given.length === 2 && !target?.startsWith('-') && text !== undefined && /^-./.test(text);
  if (!isPlain) return given;
  const flag = text.split('=', 1)[0];
  const isOption =
    text === '--' ||
    text === '-h' ||
    text === '--help' ||
    command.options.some(({ short, long }) => flag === short || flag === long);
  return isOption ? given : [target as string, '--', text];
}
