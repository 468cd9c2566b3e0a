// minitalk client
import type { Dialect } from '../../dialects/dialect.js';
import type { ConnectOptions } from '../../minitalk/client/client-options.js';
import { MinitalkError, serverGone, tooLong } from '../../minitalk/errors.js';
import { DEFAULT_MAX_MESSAGE } from '../../minitalk/peer/registration.js';
import { type ClientOptions, clientDefaults } from '../arguments/client-options.js';
import { rawArgument } from '../arguments/raw-argument.js';
import { ExitCode } from '../exit-codes.js';
import { jsonLine } from '../printers/json-line.js';
import { sendProgress } from '../printers/progress.js';
import { say } from '../printers/standard-error.js';
import { onEndingSignals } from '../process/ending-signals.js';
import { nameProcess } from '../process/name.js';
import { startRecording } from '../process/recording.js';
import { report, run } from '../run.js';

const exitCodes = {
  SIGHUP: ExitCode.hungUp,
  SIGINT: ExitCode.interrupted,
  SIGTERM: ExitCode.terminated,
};

export async function clientCommand(
  args: readonly string[],
  name = 'minitalk client',
): Promise<number> {
  nameProcess('minitalk-client');
  const deliver = deliverAs(name);
  const [target, text] = args;
  const isPlain = args.length === 2 && !args.some((argument) => argument.startsWith('-'));
  if (isPlain) return run(name, false, () => deliver(target as string, text, clientDefaults));
  // Loaded for options only: it takes longer than a short message.
  const { clientWithOptions } =
    require('../arguments/client.js') as typeof import('../arguments/client.js');
  return clientWithOptions(args, name, deliver);
}

type Deliver = (
  target: string,
  message: string | undefined,
  options: ClientOptions,
) => Promise<number>;

const deliverAs =
  (program: string): Deliver =>
  (target, message, options) =>
    deliver(program, target, message, options);

async function deliver(
  program: string,
  target: string,
  message: string | undefined,
  options: ClientOptions,
): Promise<number> {
  // Loaded here, as it loads the addon: the help needs none.
  const { pidOf } =
    require('../../minitalk/peer/address.js') as typeof import('../../minitalk/peer/address.js');
  const pid = pidOf(target);
  const dialect = dialectOf(options); // before any input is read
  const abort = new AbortController();
  let interrupted: number | undefined;
  let isConnecting = false;
  onEndingSignals((signal) => {
    if (interrupted !== undefined) process.exit(interrupted); // asked twice: now
    interrupted = exitCodes[signal];
    abort.abort();
  });
  try {
    const data =
      message !== undefined && message !== '-'
        ? rawArgument(message)
        : await readMessage(program, pid, { ...options, dialect }, abort.signal);
    isConnecting = true;
    return await send(program, pid, data, { ...options, dialect }, abort.signal);
  } catch (error) {
    if (interrupted === undefined) throw error;
    if (options.json) {
      const what = isConnecting
        ? 'whether the server has the message is unknown'
        : 'nothing was sent';
      const { code, message } = new MinitalkError('ABORT_ERR', `interrupted; ${what}`);
      say(jsonLine({ event: 'error', code, message }));
    }
    return interrupted;
  }
}

/** What it is told, the dialect read. */
type ReadOptions = Omit<ClientOptions, 'dialect'> & { readonly dialect: Dialect | undefined };

function dialectOf({ dialect }: ClientOptions): Dialect | undefined {
  if (dialect === undefined) return undefined;
  const { parseDialect } =
    require('../../dialects/parse.js') as typeof import('../../dialects/parse.js');
  return parseDialect(dialect);
}

/** The server, looked at and pinned. */
function pinServer(pid: number, { dialect, force = false }: ReadOptions) {
  if (dialect !== undefined) {
    const { openForeignServer } =
      require('../../dialects/client/foreign-server.js') as typeof import('../../dialects/client/foreign-server.js');
    const { isAnswered } =
      require('../../dialects/dialect.js') as typeof import('../../dialects/dialect.js');
    const { process, unpin } = openForeignServer(pid, isAnswered(dialect));
    return { process, maxMessage: undefined, close: unpin };
  }
  const { openTarget } =
    require('../../minitalk/peer/target.js') as typeof import('../../minitalk/peer/target.js');
  return openTarget(pid, force);
}

/** Looks at the server first, and reads no more than it takes, for as long as it lives. */
async function readMessage(
  program: string,
  pid: number,
  options: ReadOptions,
  interrupt: AbortSignal,
): Promise<Uint8Array> {
  const { readInput } = require('../message-input.js') as typeof import('../message-input.js');
  const { file, quiet, json } = options;
  const target = pinServer(pid, options);
  const most = target.maxMessage ?? DEFAULT_MAX_MESSAGE;
  const ended = new AbortController();
  target.process.exited.then(
    () => ended.abort(),
    () => {}, // closed below
  );
  try {
    return await readInput(file, {
      most,
      onTerminal() {
        if (quiet || json) return;
        say(
          `${program}: reading the message from the terminal; Ctrl-D on a line of its own ends it`,
        );
      },
      tooLong: () => tooLong(pid, 'the input', most),
      signal: AbortSignal.any([interrupt, ended.signal]),
    });
  } catch (error) {
    if (ended.signal.aborted) throw serverGone(pid, 'the input was read; nothing was sent');
    throw error;
  } finally {
    target.close();
  }
}

async function send(
  program: string,
  pid: number,
  data: Uint8Array,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<number> {
  const endRecording = startRecording(program, { ...options, isConversing: true });
  const progress = sendProgress(options.quiet || options.json ? 'never' : options.progress);
  try {
    const connectOptions: ConnectOptions = {
      signal,
      force: options.force ?? false,
      place: options.place,
      onWarning: (warning) => report(program, warning, options.json === true, 'warning'),
      ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    };
    const client = await connectAs(pid, options.dialect, connectOptions);
    try {
      const { bytes, mode, durationMs, delivered } = await client.send(data, {
        mode: options.mode,
        signal,
        onProgress: progress.update,
      });
      if (options.json) {
        const { standardOutput } =
          require('../printers/output.js') as typeof import('../printers/output.js');
        const event = delivered ? 'delivered' : 'sent';
        const line = jsonLine({ event, pid, bytes, mode, durationMs });
        await standardOutput().write(Buffer.from(`${line}\n`));
      }
      return ExitCode.ok;
    } finally {
      await client.close();
    }
  } finally {
    progress.stop();
    endRecording();
  }
}

/** By the own protocol, or in a dialect. Only what is needed is loaded. */
function connectAs(pid: number, dialect: Dialect | undefined, options: ConnectOptions) {
  if (dialect !== undefined) {
    const { connectInDialect } =
      require('../../dialects/client/client.js') as typeof import('../../dialects/client/client.js');
    return connectInDialect(pid, dialect, options);
  }
  const { connect } =
    require('../../minitalk/client/client.js') as typeof import('../../minitalk/client/client.js');
  return connect(pid, options);
}
