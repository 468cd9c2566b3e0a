// minitalk client
import type { ConnectOptions } from '../../minitalk/client/client-options.js';
import { MinitalkError, serverGone, tooLong } from '../../minitalk/errors.js';
import { DEFAULT_MAX_MESSAGE } from '../../minitalk/peer/registration.js';
import { type ClientOptions, clientDefaults } from '../arguments/client-options.js';
import { rawArgument } from '../arguments/raw-argument.js';
import { ExitCode } from '../exit-codes.js';
import { jsonLine } from '../printers/json-line.js';
import { sendProgress } from '../printers/progress.js';
import { say } from '../printers/standard-error.js';
import { onEndingSignals } from '../process/ignored-signals.js';
import { nameProcess } from '../process/name.js';
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
        : await readMessage(program, pid, options, abort.signal);
    isConnecting = true;
    return await send(program, pid, data, options, abort.signal);
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

/** Looks at the server first, and reads no more than it takes, for as long as it lives. */
async function readMessage(
  program: string,
  pid: number,
  { file, force = false, quiet, json }: ClientOptions,
  interrupt: AbortSignal,
): Promise<Uint8Array> {
  const { readInput } = require('../message-input.js') as typeof import('../message-input.js');
  const { openTarget } =
    require('../../minitalk/peer/target.js') as typeof import('../../minitalk/peer/target.js');
  const target = openTarget(pid, force);
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
  options: ClientOptions,
  signal: AbortSignal,
): Promise<number> {
  const { connect } =
    require('../../minitalk/client/client.js') as typeof import('../../minitalk/client/client.js');
  const progress = sendProgress(options.quiet || options.json ? 'never' : options.progress);
  try {
    const connectOptions: ConnectOptions = {
      signal,
      force: options.force ?? false,
      place: options.place,
      onWarning: (warning) => report(program, warning, options.json === true, 'warning'),
      ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    };
    const client = await connect(pid, connectOptions);
    try {
      const { bytes, mode, durationMs } = await client.send(data, {
        mode: options.mode,
        signal,
        onProgress: progress.update,
      });
      if (options.json) {
        const { standardOutput } =
          require('../printers/output.js') as typeof import('../printers/output.js');
        const delivered = { event: 'delivered', pid, bytes, mode, durationMs };
        await standardOutput().write(Buffer.from(`${jsonLine(delivered)}\n`));
      }
      return ExitCode.ok;
    } finally {
      await client.close();
    }
  } finally {
    progress.stop();
  }
}
