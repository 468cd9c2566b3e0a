// minitalk server
import { createServer } from '../../minitalk/server/server.js';
import type { SignalName } from '../../signals/names.js';
import {
  newCommand,
  parseBurstSignal,
  parseBytes,
  parseSeconds,
  parseUid,
  placeOption,
  runCommand,
} from '../arguments/command.js';
import { ExitCode } from '../exit-codes.js';
import { jsonPrinter } from '../printers/json.js';
import { standardOutput } from '../printers/output.js';
import type { Printer } from '../printers/printer.js';
import { rawPrinter } from '../printers/raw.js';
import { guardStandardError } from '../printers/standard-error.js';
import { textPrinter } from '../printers/text.js';
import { verbosePrinter } from '../printers/verbose.js';
import { onEndingSignals } from '../process/ignored-signals.js';
import { nameProcess } from '../process/name.js';
import { report } from '../run.js';

interface Options {
  json?: boolean;
  raw?: boolean;
  verbose?: boolean;
  name?: string;
  allowUid?: readonly number[];
  maxMessage?: number;
  idleTimeout?: number;
  burstSignal?: SignalName | 'none';
  place: 'auto' | 'off';
}

/** How long an ending server waits for its own output to take what was verified. */
const OUTPUT_GRACE_MS = 5000;

export async function serverCommand(
  args: readonly string[],
  name = 'minitalk server',
): Promise<number> {
  nameProcess('minitalk-server');
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
    const options = command.opts<Options>();
    if (options.json && options.raw)
      command.error("options '--json' and '--raw' exclude each other");
    return serve(name, options);
  });
}

function serve(program: string, options: Options): Promise<number> {
  const printer = newPrinter(program, options);
  guardStandardError(); // opening it takes a descriptor, and what is to be said may be that none is left
  return new Promise((resolve, reject) => {
    let exitCode: number = ExitCode.ok;
    let ending = false;
    const end = (code: number) => {
      if (ending) process.exit(code); // asked twice: now
      ending = true;
      exitCode = code;
      setTimeout(() => {
        report(
          program,
          new Error('the output takes nothing any more; giving up'),
          options.json === true,
        );
        process.exit(ExitCode.ioError);
      }, OUTPUT_GRACE_MS).unref();
      server.close().catch(reject);
    };
    const server = createServer({
      ...serverOptions(options),
      deliver: async (message) => {
        try {
          await printer.message(message);
        } catch (error) {
          report(program, error, options.json === true);
          if (isClosedOutput(error) && !ending) setImmediate(end, ExitCode.ioError);
          throw error; // the client is told
        }
      },
    });
    server
      .on('partial', printer.partial)
      .on('stray', printer.stray)
      .on('gap', printer.gap)
      .on('warning', printer.warning)
      .on('close', () => {
        printer.end();
        resolve(exitCode);
      });
    server
      .listen()
      .then(async () => {
        onEndingSignals(() => end(ExitCode.ok));
        await printer.listening(process.pid);
      })
      .catch((error: unknown) => {
        if (!server.listening) reject(error);
        else {
          report(program, error, options.json === true);
          end(ExitCode.ioError);
        }
      });
  });
}

/** A pipe or a terminal that has been closed stays so. A full disk may have room again. */
function isClosedOutput(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPIPE' || code === 'EIO';
}

function serverOptions(options: Options) {
  const { name, allowUid, maxMessage, idleTimeout, burstSignal, place } = options;
  return {
    place,
    ...(name === undefined ? {} : { name }),
    ...(allowUid === undefined ? {} : { allowUids: allowUid }),
    ...(maxMessage === undefined ? {} : { maxMessage }),
    ...(idleTimeout === undefined ? {} : { idleTimeout }),
    ...(burstSignal === undefined
      ? {}
      : { burstSignal: burstSignal === 'none' ? null : burstSignal }),
  };
}

function newPrinter(program: string, { json, raw, verbose }: Options): Printer {
  const output = standardOutput();
  const printer = json
    ? jsonPrinter(output)
    : raw
      ? rawPrinter(output, program)
      : textPrinter(output, program);
  return verbose ? verbosePrinter(printer) : printer;
}
