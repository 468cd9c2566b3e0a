// minitalk dialects
import { formatDialect } from '../../dialects/format.js';
import { presets } from '../../dialects/presets.js';
import { type DialectsOptions, dialectsWithOptions } from '../arguments/dialects.js';
import { ExitCode } from '../exit-codes.js';
import { jsonLine } from '../printers/json-line.js';
import { standardOutput } from '../printers/output.js';
import { table } from '../printers/table.js';

export function dialectsCommand(
  args: readonly string[],
  name = 'minitalk dialects',
): Promise<number> {
  return dialectsWithOptions(args, name, list);
}

async function list({ json }: DialectsOptions): Promise<number> {
  const named = presets.map(({ name, about, dialect }) => ({
    name,
    spec: formatDialect(dialect),
    about,
  }));
  const text = json
    ? jsonLine(named)
    : table([
        ['NAME', 'ABOUT', 'SPEC'],
        ...named.map(({ name, spec, about }) => [name, about, spec]),
      ]);
  await standardOutput().write(Buffer.from(`${text}\n`));
  return ExitCode.ok;
}
