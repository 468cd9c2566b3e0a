// The command line of minitalk client.
import { type Command, Option } from 'commander';
import { type ClientOptions, clientDefaults } from './client-options.js';
import { runCommand } from './command.js';
import {
  type Definition,
  define,
  dialectOption,
  meanings,
  newCommand,
  placeOption,
} from './definition.js';
import { addRecordOptions, checkRecordOptions } from './record-options.js';
import { parseTime } from './values.js';

export function defineClient(name = 'minitalk client'): Definition {
  const command = newCommand(name, 'send a message')
    .allowExcessArguments() // clientWithOptions has a better word for them
    .description('Send a message to a server and wait until it has verified and printed all of it.')
    .argument('<target>', "the server's pid, or @name")
    .argument('[message]', 'the text; standard input when there is none or it is "-"')
    .option('-f, --file <path>', "send this file's bytes")
    .option(
      '-t, --timeout <time>',
      'longest silence of the server: seconds, or 500ms, 2s, 1m (default: 10)',
      parseTime,
    )
    .option('--json', 'the result, or the error, as one JSON object')
    .addOption(
      new Option(
        '--progress <when>',
        'show on standard error how far it is; auto: on a terminal, from half a second on',
      )
        .choices(['auto', 'always', 'never'])
        .default(clientDefaults.progress),
    )
    .option('-q, --quiet', 'no progress, and no word about waiting for standard input')
    .option('--force', 'send to a process that is no known server; THIS CAN END IT')
    .addOption(
      new Option('--mode <mode>', 'what a signal carries; auto: the fastest that both ends can do')
        .choices(['bit', 'word', 'burst', 'auto'])
        .default(clientDefaults.mode),
    )
    .addOption(
      dialectOption(
        "speak another minitalk's dialect: its spec, or a name of those that `minitalk dialects` lists",
      ),
    )
    .addOption(placeOption('stay on one CPU with the server while sending, where that pays'));
  addRecordOptions(command);
  return define(command, {
    notes: [],
    examples: [
      [`${name} 4242 'Hello, 世界'`, 'send a text to the server with that pid'],
      [`${name} @greeter --file photo.jpg --mode auto`, 'send a file, as fast as can be'],
      [`date | ${name} @greeter`, 'send what another command prints'],
      [`${name} 4242 hello --dialect classic`, 'send to another minitalk'],
    ],
    exitCodes: [
      [
        0,
        'the server has verified and printed the whole message; in a dialect: it was sent, and answered as that has it',
      ],
      [64, 'usage: the command line is wrong, or the pid is not one that may be signalled'],
      [65, 'bad data: the message is longer than the server takes, or its dialect cannot carry it'],
      [69, 'no such server, or it ended or is shutting down; or the native addon does not load'],
      meanings.fault,
      [74, 'input or output failed, here or at the server; or the file of --record does not open'],
      [75, 'timed out: the server did not answer; or it has no room, or a signal queue was full'],
      [77, 'not permitted'],
      [129, 'ended by SIGHUP, the end of its terminal'],
      [130, 'ended by SIGINT (Ctrl-C)'],
      [143, 'ended by SIGTERM'],
    ],
  });
}

/** Parses `args` and calls `send` with what they say. */
export function clientWithOptions(
  args: readonly string[],
  name: string,
  send: (target: string, message: string | undefined, options: ClientOptions) => Promise<number>,
): Promise<number> {
  const definition = defineClient(name);
  const { command } = definition;
  return runCommand(definition, literalText(command, args), async () => {
    const [target, message, ...more] = command.args as [string, string?, ...string[]];
    const options = command.opts<ClientOptions>();
    if (more.length > 0) {
      command.error(`the message is ${more.length + 1} words: quote the text, as in 'two words'`);
    }
    if (message !== undefined && options.file !== undefined) {
      command.error("a message and '--file' exclude each other");
    }
    for (const option of ['json', 'quiet'] as const) {
      if (options[option] && options.progress === 'always') {
        command.error(`options '--${option}' and '--progress always' exclude each other`);
      }
    }
    if (options.dialect !== undefined) {
      if (options.force) {
        command.error(
          "options '--dialect' and '--force' exclude each other: a process that would end is never signalled in a dialect",
        );
      }
      if (options.mode === 'word' || options.mode === 'burst') {
        command.error(`options '--dialect' and '--mode ${options.mode}' exclude each other`);
      }
    }
    checkRecordOptions(command);
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
