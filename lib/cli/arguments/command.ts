// What the commands share that have options: parsing that ends with an exit code
// instead of the process.
import { writeFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type SignalName, signalNumber } from '../../signals/names.js';
import { EXIT_CODES_HELP, ExitCode } from '../exit-codes.js';
import { run, UsageError } from '../run.js';

const STDOUT = 1;

/** @param exitCodes what its --help says of them */
export function newCommand(name: string, exitCodes = EXIT_CODES_HELP): Command {
  return new Command(name)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => writeFileSync(STDOUT, text), // fails as an error, not as an event
      outputError: () => {}, // reported by runCommand
    })
    .allowExcessArguments(false)
    .showHelpAfterError(false)
    .addHelpText('after', exitCodes);
}

/** Parses `args` and runs the command's action; returns the exit code. */
export function runCommand(
  command: Command,
  args: readonly string[],
  action: () => Promise<number>,
): Promise<number> {
  const program = command.name();
  return run(program, args.includes('--json'), async () => {
    try {
      command.parse([...args], { from: 'user' });
      return await action();
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      if (error.exitCode === 0) return ExitCode.ok; // --help, --version
      throw new UsageError(`${error.message.replace(/^error: /, '')} (see ${program} --help)`);
    }
  });
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

/** A signal's number, from what kill(1) takes: `SIGUSR1`, `usr1`, `RTMIN+3`, `10`. */
export function parseSignal(text: string): number {
  const name = text.toUpperCase();
  try {
    if (/^\d{1,2}$/.test(text)) return signalNumber(Number(text));
    return signalNumber((name.startsWith('SIG') ? name : `SIG${name}`) as SignalName);
  } catch {
    throw new InvalidArgumentError('expected a name such as SIGTERM or SIGRTMIN+3, or 1 to 64.');
  }
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
