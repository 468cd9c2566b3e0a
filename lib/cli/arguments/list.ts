// The command line of minitalk list.
import { runCommand } from './command.js';
import { type Definition, define, meanings, newCommand } from './definition.js';

/** What `minitalk list` is told. */
export interface ListOptions {
  readonly json?: boolean;
}

export function defineList(name = 'minitalk list'): Definition {
  const command = newCommand(name, 'show the running servers of this user')
    .description(
      'Show the running servers of this user: pid, name, how long the process has run, and the longest message taken.',
    )
    .option('--json', 'as one JSON array');
  return define(command, {
    notes: [],
    examples: [
      [name, 'who can be sent to'],
      [`${name} --json | jq '.[].pid'`, 'their pids, for other programs'],
    ],
    exitCodes: [
      [0, 'done, also when there is none'],
      meanings.usage,
      [69, '/proc is not mounted, or of another pid namespace'],
      meanings.fault,
      [74, 'input or output failed'],
    ],
  });
}

/** Parses `args` and calls `list` with what they say. */
export function listWithOptions(
  args: readonly string[],
  name: string,
  list: (options: ListOptions) => Promise<number>,
): Promise<number> {
  const definition = defineList(name);
  return runCommand(definition, args, () => list(definition.command.opts<ListOptions>()));
}
