// Replacing this process by another program.
import { binding } from '../../binding/signals.js';
import { type SignalError, systemError } from '../errors.js';

/** What a program finds: what this process found, before its runtime changed it. */
export interface Surroundings {
  /** Each `NAME=value`. */
  readonly environment: readonly Uint8Array[];
  /** The signals that it ignores from the start, bit number-1; others begin with their defaults. */
  readonly ignored: bigint;
  /** Open besides the standard streams. */
  readonly descriptors: readonly number[];
  /** The soft RLIMIT_NOFILE; undefined: as it is now. */
  readonly openFiles: number | undefined;
}

const advice = {
  E2BIG: 'its arguments and environment are too long together',
  EACCES: 'no permission to run it',
  ENOENT: 'no such command, or its interpreter is missing',
};

/**
 * Replaces this process, see execve(2): it keeps its pid, terminal, working directory and
 * standard streams. Returns only if that failed, with its error.
 * @param command its name, which is looked for in PATH, and its arguments
 */
export function execute(command: readonly Uint8Array[], around: Surroundings): SignalError {
  const result = binding.execute(
    terminated(command),
    terminated(around.environment),
    Number(around.ignored >> 32n),
    Number(around.ignored & 0xffff_ffffn),
    Int32Array.from(around.descriptors),
    around.openFiles ?? 0,
  );
  return systemError(
    result,
    'execve',
    `run ${JSON.stringify(Buffer.from(command[0] ?? []).toString())}`,
    undefined,
    advice,
  );
}

/** As execve(2) takes them. */
function terminated(strings: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(strings.flatMap((string) => [string, Buffer.of(0)]));
}
