// What the commands share: parsing that ends with an exit code instead of the
// process, and errors as one line.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type SignalName, signalNumber } from '../signals/names.js';
import { EXIT_CODES_HELP, ExitCode, exitCodeOf } from './exit-codes.js';

/** A wrong command line. */
export class UsageError extends Error {
  readonly code = 'ERR_USAGE';
}

export function newCommand(name: string): Command {
  return new Command(name)
    .exitOverride()
    .configureOutput({ outputError: () => {} }) // reported by runCommand
    .allowExcessArguments(false)
    .showHelpAfterError(false)
    .addHelpText('after', EXIT_CODES_HELP);
}

/** Parses `args` and runs the command's action; returns the exit code. */
export async function runCommand(
  command: Command,
  args: readonly string[],
  action: () => Promise<number>,
): Promise<number> {
  const program = command.name();
  try {
    command.parse([...args], { from: 'user' });
    return await action();
  } catch (error) {
    const json = args.includes('--json');
    if (!(error instanceof CommanderError)) {
      report(program, error, json);
      return exitCodeOf(error);
    }
    if (error.exitCode === 0) return ExitCode.ok; // --help, --version
    const message = error.message.replace(/^error: /, '');
    report(program, new UsageError(`${message} (see ${program} --help)`), json);
    return ExitCode.usage;
  }
}

/** One line on stderr; one JSON object with `json`. */
export function report(program: string, error: unknown, json: boolean): void {
  const { message, code, errno, syscall } = error as NodeJS.ErrnoException;
  const line = json
    ? JSON.stringify({ event: 'error', code: code ?? 'ERR_UNKNOWN', errno, syscall, message })
    : `${program}: ${message.replace(/\s*\n\s*/g, ' ')}`;
  process.stderr.write(`${line}\n`);
}

export function placeOption(does: string): Option {
  return new Option('--place <when>', does).choices(['auto', 'off']).default('auto');
}

/** Seconds on the command line as milliseconds. */
export function parseSeconds(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  // setTimeout's limit is 2^31 - 1 ms.
  if (!(seconds > 0 && seconds <= 2_000_000)) {
    throw new InvalidArgumentError('expected seconds, more than 0, at most 2000000.');
  }
  return seconds * 1000;
}

/** Bytes on the command line, with K, M or G for the powers of 1,024. */
export function parseBytes(text: string): number {
  const match = /^(\d{1,10})([KMG]?)$/i.exec(text);
  const unit =
    { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[match?.[2]?.toUpperCase() ?? ''] ?? Number.NaN;
  const bytes = Number(match?.[1]) * unit;
  if (!(bytes >= 0 && bytes < 2 ** 32)) {
    throw new InvalidArgumentError('expected bytes, 0 to 4294967295; 64M is 67108864.');
  }
  return bytes;
}

export function parseUid(text: string, previous: readonly number[] | undefined): readonly number[] {
  const uid = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(uid < 2 ** 32 - 1)) throw new InvalidArgumentError('expected a numeric user id.');
  return [...(previous ?? []), uid];
}

export function parseBurstSignal(text: string): SignalName | 'none' {
  if (text === 'none') return text;
  const name = text as SignalName;
  try {
    if (name.startsWith('SIGRT') && signalNumber(name)) return name;
  } catch {
    // Out of range, as said below.
  }
  throw new InvalidArgumentError('expected "none" or a realtime signal such as SIGRTMIN+7.');
}

/**
 * Makes SIGUSR1 and SIGUSR2 harmless from now to the end of the process: before our
 * handlers stand and after they are gone the first would open Node's inspector, the
 * second would end us.
 */
export function keepUserSignals(): void {
  process.on('SIGUSR1', () => {}).on('SIGUSR2', () => {});
}
