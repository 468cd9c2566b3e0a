// minitalk client
import { promises as fs } from 'node:fs'; // loads itself when it is used
import { connect } from '../../minitalk/client/client.js';
import type { ConnectOptions } from '../../minitalk/client/client-options.js';
import { MinitalkError } from '../../minitalk/errors.js';
import { type ClientOptions, clientDefaults } from '../arguments/client-options.js';
import { rawArgument } from '../arguments/raw-argument.js';
import { resolveTarget } from '../arguments/target.js';
import { ExitCode } from '../exit-codes.js';
import { sendProgress } from '../printers/progress.js';
import { keepUserSignals, run } from '../run.js';

export async function clientCommand(
  args: readonly string[],
  name = 'minitalk client',
): Promise<number> {
  const sendIt = async (target: string, message: string | undefined, options: ClientOptions) => {
    const pid = resolveTarget(target);
    return send(pid, await readMessage(message, options.file), options);
  };
  const [target, text] = args;
  const isPlain = args.length === 2 && !args.some((argument) => argument.startsWith('-'));
  if (isPlain) return run(name, false, () => sendIt(target as string, text, clientDefaults));
  // Loaded for options only: it takes longer than a short message.
  const { clientWithOptions } =
    require('../arguments/client.js') as typeof import('../arguments/client.js');
  return clientWithOptions(args, name, sendIt);
}

async function readMessage(
  message: string | undefined,
  file: string | undefined,
): Promise<Uint8Array> {
  if (message !== undefined && message !== '-') return rawArgument(message);
  if (file !== undefined && file !== '-') return fs.readFile(file);
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function send(pid: number, data: Uint8Array, options: ClientOptions): Promise<number> {
  keepUserSignals();
  const abort = new AbortController();
  let interrupted: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    interrupted = signal === 'SIGINT' ? ExitCode.interrupted : ExitCode.terminated;
    abort.abort();
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const progress = sendProgress(options.quiet !== true && options.json !== true);
  try {
    const connectOptions: ConnectOptions = {
      signal: abort.signal,
      force: options.force ?? false,
      place: options.place,
      ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    };
    const client = await connect(pid, connectOptions);
    try {
      const { bytes, mode, durationMs } = await client.send(data, {
        mode: options.mode,
        signal: abort.signal,
        onProgress: progress.update,
      });
      if (options.json) {
        process.stdout.write(
          `${JSON.stringify({ event: 'delivered', pid, bytes, mode, durationMs })}\n`,
        );
      }
      return ExitCode.ok;
    } finally {
      await client.close();
    }
  } catch (error) {
    progress.stop();
    if (interrupted === undefined) throw error;
    if (options.json) {
      const text = 'interrupted; whether the server has the message is unknown';
      const { code, message } = new MinitalkError('ABORT_ERR', text);
      process.stderr.write(`${JSON.stringify({ event: 'error', code, message })}\n`);
    }
    return interrupted;
  } finally {
    progress.stop();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
