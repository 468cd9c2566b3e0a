// The command line of minitalk send.
import { InvalidArgumentError } from 'commander';
import { runCommand } from './command.js';
import { type Definition, define, meanings, newCommand } from './definition.js';
import { parseSignal } from './values.js';

/** What `minitalk send` is told besides the process and the signal. */
export interface SendOptions {
  /** Queued with it: 0 to 2^64 - 1. */
  readonly value?: bigint;
  readonly thread?: number;
  readonly json?: boolean;
}

export function defineSend(name = 'minitalk send'): Definition {
  const command = newCommand(name, 'send a signal to one process')
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
  return define(command, {
    notes: [],
    examples: [
      [`${name} 4242 TERM`, 'and say whether it catches it'],
      [`${name} 4242 RTMIN+3 --value 7`, 'queue a realtime signal with a value'],
    ],
    exitCodes: [
      [0, 'sent: the kernel has taken the signal'],
      [64, 'usage: the command line is wrong, or the pid is not one that may be signalled'],
      [69, 'no such process, or it has no such thread; or the native addon does not load'],
      meanings.fault,
      [
        74,
        'output failed, though the signal was sent; or no descriptor is left to look at the process',
      ],
      [75, 'the queue of pending signals is full'],
      [77, 'not permitted'],
    ],
  });
}

/** Parses `args` and calls `send` with what they say. */
export function sendWithOptions(
  args: readonly string[],
  name: string,
  send: (pid: number, signo: number, options: SendOptions) => Promise<number>,
): Promise<number> {
  const definition = defineSend(name);
  const { command } = definition;
  return runCommand(definition, args, () => {
    const [pid, signo] = command.processedArgs as [number, number];
    return send(pid, signo, command.opts<SendOptions>());
  });
}

/** @throws SignalError ERR_INVALID_PID */
function parsePid(text: string): number {
  // Digits alone are no guard: 4294967297 is 1 in 32 bits. assertPid checks the range.
  const assertPid: typeof import('../../signals/send.js').assertPid =
    require('../../signals/send.js').assertPid;
  const pid: unknown = /^\d{1,10}$/.test(text) ? Number(text) : text;
  assertPid(pid);
  return pid;
}

function parseValue(text: string): bigint {
  const value = /^(\d{1,20}|0x[\da-f]{1,16})$/i.test(text) ? BigInt(text) : -1n;
  if (value >= 0n && value < 1n << 64n) return value;
  throw new InvalidArgumentError('expected a whole number from 0 to 18446744073709551615.');
}
