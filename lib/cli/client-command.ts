// minitalk client
import { promises as fs } from 'node:fs'; // loads itself when it is used
import { Option } from 'commander';
import { connect } from '../minitalk/client.js';
import type { ConnectOptions } from '../minitalk/client-options.js';
import { MinitalkError } from '../minitalk/errors.js';
import { resolveTarget } from '../minitalk/running-servers.js';
import { keepUserSignals, newCommand, parseSeconds, placeOption, runCommand } from './command.js';
import { ExitCode } from './exit-codes.js';
import { sendProgress } from './progress.js';
import { rawArgument } from './raw-argument.js';

interface Options {
  file?: string;
  timeout?: number;
  json?: boolean;
  quiet?: boolean;
  force?: boolean;
  mode: SendMode;
  place: 'auto' | 'off';
}

type SendMode = 'bit' | 'word' | 'burst' | 'auto';

export async function clientCommand(
  args: readonly string[],
  name = 'minitalk client',
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
        .default('bit'),
    )
    .addOption(placeOption("move to the server's CPU while sending, where that pays"));
  return runCommand(command, literalText(args), async () => {
    const [target, message] = command.args as [string, string | undefined];
    const options = command.opts<Options>();
    if (message !== undefined && options.file !== undefined) {
      command.error("a message and '--file' exclude each other");
    }
    const pid = resolveTarget(target);
    return send(pid, await readMessage(message, options.file), options);
  });

  /** `PID TEXT` sends any text, also one that begins with a dash and is no option. */
  function literalText(given: readonly string[]): readonly string[] {
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

async function send(pid: number, data: Uint8Array, options: Options): Promise<number> {
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
