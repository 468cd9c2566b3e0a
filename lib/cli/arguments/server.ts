// The command line of minitalk server.
import {
  newCommand,
  parseBurstSignal,
  parseBytes,
  parseSeconds,
  parseUid,
  placeOption,
  runCommand,
} from './command.js';
import type { ServerOptions } from './server-options.js';

/** Parses `args` and calls `serve` with what they say. */
export function serverWithOptions(
  args: readonly string[],
  name: string,
  serve: (options: ServerOptions) => Promise<number>,
): Promise<number> {
  const command = newCommand(name)
    .description(
      'Print "Server PID: <pid>", then every message that clients send, each with a newline.',
    )
    .option('--json', 'events as NDJSON on standard output, and nothing else there')
    .option('--raw', "the messages' bytes on standard output, and nothing else there")
    .option('-v, --verbose', 'tell the sender and the rate of each message on standard error')
    .option('--name <name>', 'a name that clients can use: @name')
    .option(
      '--allow-uid <uid>',
      'take messages only from this user id and the own one; may be repeated',
      parseUid,
    )
    .option(
      '--max-message <bytes>',
      'longest message taken; K, M, G are understood (default: 64M)',
      parseBytes,
    )
    .option(
      '--idle-timeout <seconds>',
      'give up a client that is silent in the middle of a message (default: 30)',
      parseSeconds,
    )
    .option(
      '--burst-signal <name>',
      'the realtime signal that takes bursts, or "none" (default: SIGRTMIN+7)',
      parseBurstSignal,
    )
    .addOption(placeOption('share a CPU with the sending client for a frame, where that pays'));
  command.addHelpText(
    'after',
    `
SIGINT, SIGTERM and SIGHUP end it, as does the closing of its terminal, unless they were ignored at its start (nohup).`,
  );
  return runCommand(command, args, () => {
    const options = command.opts<ServerOptions>();
    if (options.json && options.raw)
      command.error("options '--json' and '--raw' exclude each other");
    return serve(options);
  });
}
