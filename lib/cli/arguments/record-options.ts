// What `--record` and `--record-limit` say, the same for each command that has them.
import { type Command, InvalidArgumentError } from 'commander';
import { LEAST_LIMIT } from '../../recording/limits.js';
import { parseBytes } from './values.js';

export interface RecordOptions {
  readonly record?: string;
  /** bytes */
  readonly recordLimit?: number;
}

export function addRecordOptions(command: Command): Command {
  return command
    .option(
      '--record <file>',
      'write each signal into this file, over what is there: see minitalk plot and convert',
    )
    .option(
      '--record-limit <bytes>',
      'the most that the file and the one before it, FILE.1, may have, at least 4K; K, M, G are understood (default: 64M)',
      parseLimit,
    );
}

function parseLimit(text: string): number {
  const bytes = parseBytes(text);
  if (bytes < LEAST_LIMIT) throw new InvalidArgumentError('expected at least 4K.');
  return bytes;
}

/** Without a file there is nothing to limit. */
export function checkRecordOptions(command: Command): void {
  const { record, recordLimit } = command.opts<RecordOptions>();
  if (recordLimit !== undefined && record === undefined) {
    command.error("option '--record-limit' needs '--record'");
  }
}
