// The command line of minitalk send.
import { InvalidArgumentError } from 'commander';
import { assertPid } from '../../signals/send.js';
import { SEND_EXIT_CODES_HELP } from '../exit-codes.js';
import { newCommand, parseSignal, runCommand } from './command.js';

/** What `minitalk send` is told besides the process and the signal. */
export interface SendOptions {
  /** Queued with it: 0 to 2^64 - 1. */
  readonly value?: bigint;
  readonly thread?: number;
  readonly json?: boolean;
}

/** Parses `args` and calls `send` with what they say. */
export function sendWithOptions(
  args: readonly string[],
  name: string,
  send: (pid: number, signo: number, options: SendOptions) => Promise<number>,
): Promise<number> {
  const command = newCommand(name, SEND_EXIT_CODES_HELP)
    .description('Send a signal to one process, and say what that does with it.')
    .argument('<pid>', 'from 2 on: no groups, nor everybody', parsePid)
    .argument(
      '<signal>',
      'a name, with SIG or without, such as SIGRTMIN+3, or a number',
      parseSignal,
    )
    .option(
      '--value <number>',
      'queue it with this value, see sigqueue(3): 0 to 2^64 - 1',
      parseValue,
    )
    .option('--thread <tid>', 'to this thread of the process, see tgkill(2)', parsePid)
    .option('--json', 'the result, or the error, as one JSON object');
  return runCommand(command, args, () => {
    const [pid, signo] = command.processedArgs as [number, number];
    return send(pid, signo, command.opts<SendOptions>());
  });
}

/** @throws SignalError ERR_INVALID_PID */
function parsePid(text: string): number {
  // Digits alone are no guard: 4294967297 is 1 in 32 bits. assertPid checks the range.
  const pid: unknown = /^\d{1,10}$/.test(text) ? Number(text) : text;
  assertPid(pid);
  return pid;
}

function parseValue(text: string): bigint {
  const value = /^(\d{1,20}|0x[\da-f]{1,16})$/i.test(text) ? BigInt(text) : -1n;
  if (value >= 0n && value < 1n << 64n) return value;
  throw new InvalidArgumentError('expected a whole number from 0 to 18446744073709551615.');
}
