// The command line of minitalk server.
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
import type { ServerOptions } from './server-options.js';
import { parseBurstSignal, parseBytes, parseTime, parseUid } from './values.js';

export function defineServer(name = 'minitalk server'): Definition {
  const command = newCommand(name, 'print the pid and every message')
    .description(
      'Print "Server PID: <pid>", then every message that clients send, each with a newline.',
    )
    .option('--json', 'events as NDJSON on standard output, and nothing else there')
    .option('--raw', "the messages' bytes on standard output, and nothing else there")
    .option('-v, --verbose', 'tell the sender and the rate of each message on standard error')
    .option(
      '--trace',
      'show each byte with its bits as they come, and strays between, on standard error',
    )
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
      '--idle-timeout <time>',
      'give up a client that is silent in the middle of a message: seconds, or 500ms, 2s, 1m (default: 30, in a dialect 5)',
      parseTime,
    )
    .option(
      '--burst-signal <name>',
      'the realtime signal that takes bursts, or "none" (default: SIGRTMIN+7)',
      parseBurstSignal,
    )
    .addOption(
      dialectOption(
        "take the messages of another minitalk's clients: the spec of their dialect, or a name of those that `minitalk dialects` lists",
      ),
    )
    .addOption(placeOption('share a CPU with the sending client for a frame, where that pays'));
  addRecordOptions(command);
  return define(command, {
    notes: [
      'SIGINT (Ctrl-C), SIGTERM and SIGHUP end it, as does the closing of its terminal, unless they were ignored at its start (nohup).',
    ],
    examples: [
      [name, 'print messages until Ctrl-C'],
      [`${name} --name greeter`, 'clients can say @greeter'],
      [`${name} --json | jq .text`, 'messages as JSON, for other programs'],
      [`${name} --dialect classic`, "print what another minitalk's clients send"],
    ],
    exitCodes: [
      [0, 'ended by SIGINT (Ctrl-C), SIGTERM or SIGHUP'],
      meanings.usage,
      [69, 'this platform or kernel lacks what a server needs, or the native addon does not load'],
      meanings.fault,
      [73, 'a running server has the name'],
      [
        74,
        'output failed: its reader is gone, say; or the file of --record does not open, or there is no private folder to register in',
      ],
      [75, 'no signal may be queued for this user now (RLIMIT_SIGPENDING)'],
    ],
  });
}

/** Parses `args` and calls `serve` with what they say. */
export function serverWithOptions(
  args: readonly string[],
  name: string,
  serve: (options: ServerOptions) => Promise<number>,
): Promise<number> {
  const definition = defineServer(name);
  const { command } = definition;
  return runCommand(definition, args, () => {
    const options = command.opts<ServerOptions>();
    if (options.json && options.raw)
      command.error("options '--json' and '--raw' exclude each other");
    for (const option of ['name', 'burstSignal'] as const) {
      if (options.dialect === undefined || options[option] === undefined) continue;
      const flag = option === 'name' ? '--name' : '--burst-signal';
      command.error(`options '--dialect' and '${flag}' exclude each other`);
    }
    checkRecordOptions(command);
    return serve(options);
  });
}
