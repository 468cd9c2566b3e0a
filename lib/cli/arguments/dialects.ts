// The command line of minitalk dialects.
import { runCommand } from './command.js';
import { type Definition, define, meanings, newCommand } from './definition.js';

/** What `minitalk dialects` is told. */
export interface DialectsOptions {
  readonly json?: boolean;
}

export function defineDialects(name = 'minitalk dialects'): Definition {
  const command = newCommand(name, 'show the dialects of other minitalks that have a name')
    .description(
      'Show what other minitalks speak, as --dialect of server and client takes it: names, specs, and what is special about each.',
    )
    .option('--json', 'as one JSON array');
  return define(command, {
    notes: [
      'A spec is key=value pairs with commas between them; a key that is missing has its default: order=msb|lsb (msb), one=usr1|usr2 (usr2), handshake=none|nul|SIGNAL:SIGNAL (none), length=none|32|64 (none; behind it any of :nul, :msb, :lsb, :repeats, :typed), end=nul|newline|newline+nul|none (nul), ack=none|bit|byte|message (none; behind it :usr1, :usr2 or :echo, and :notlast), byte=SIGNAL, final=SIGNAL or two with a +, busy=SIGNAL, gap=MICROSECONDS.',
    ],
    examples: [
      [name, 'which there are'],
      [`${name} --json | jq -r '.[].spec'`, 'their specs, for other programs'],
    ],
    exitCodes: [[0, 'done'], meanings.usage, meanings.fault, meanings.output],
  });
}

/** Parses `args` and calls `list` with what they say. */
export function dialectsWithOptions(
  args: readonly string[],
  name: string,
  list: (options: DialectsOptions) => Promise<number>,
): Promise<number> {
  const definition = defineDialects(name);
  return runCommand(definition, args, () => list(definition.command.opts<DialectsOptions>()));
}
