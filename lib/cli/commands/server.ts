// minitalk server
import type { Dialect } from '../../dialects/dialect.js';
import type { ServerOptions as LibraryOptions } from '../../minitalk/server/server.js';
import { type ServerOptions, serverDefaults } from '../arguments/server-options.js';
import { ExitCode } from '../exit-codes.js';
import { jsonPrinter } from '../printers/json.js';
import { isTerminal, standardOutput } from '../printers/output.js';
import type { Printer } from '../printers/printer.js';
import { rawPrinter } from '../printers/raw.js';
import { guardStandardError } from '../printers/standard-error.js';
import { textPrinter } from '../printers/text.js';
import { verbosePrinter } from '../printers/verbose.js';
import { onEndingSignals } from '../process/ending-signals.js';
import { nameProcess } from '../process/name.js';
import { startRecording } from '../process/recording.js';
import { report, run } from '../run.js';

/** How long an ending server waits for its own output to take what was verified. */
const OUTPUT_GRACE_MS = 5000;

export async function serverCommand(
  args: readonly string[],
  name = 'minitalk server',
): Promise<number> {
  nameProcess('minitalk-server');
  if (args.length === 0) return run(name, false, () => serve(name, serverDefaults));
  // Loaded for options only: it takes longer than what most servers are started with.
  const { serverWithOptions } =
    require('../arguments/server.js') as typeof import('../arguments/server.js');
  return serverWithOptions(args, name, (options) => serve(name, options));
}

async function serve(program: string, options: ServerOptions): Promise<number> {
  const dialect = dialectOf(options);
  const createServer = serverMaker(dialect);
  const printer = newPrinter(program, options);
  const endRecording = startRecording(program, { ...options, dialect, isConversing: true });
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
        endRecording();
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

function dialectOf({ dialect }: ServerOptions): Dialect | undefined {
  if (dialect === undefined) return undefined;
  const { parseDialect } =
    require('../../dialects/parse.js') as typeof import('../../dialects/parse.js');
  return parseDialect(dialect);
}

/** Of the own protocol, or of a dialect. Loaded here, as it loads the addon: the help needs none. */
function serverMaker(dialect: Dialect | undefined) {
  if (dialect === undefined) {
    const { createServer } =
      require('../../minitalk/server/server.js') as typeof import('../../minitalk/server/server.js');
    return createServer;
  }
  const { DialectServer } =
    require('../../dialects/server/server.js') as typeof import('../../dialects/server/server.js');
  return (options: LibraryOptions) => new DialectServer(dialect, options);
}

/** A pipe or a terminal that has been closed stays so. A full disk may have room again. */
function isClosedOutput(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPIPE' || code === 'EIO';
}

function serverOptions(options: ServerOptions) {
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

function newPrinter(program: string, { json, raw, verbose }: ServerOptions): Printer {
  const output = standardOutput();
  const printer = json
    ? jsonPrinter(output)
    : raw
      ? rawPrinter(output, program)
      : textPrinter(output, program, isTerminal());
  return verbose ? verbosePrinter(printer) : printer;
}
