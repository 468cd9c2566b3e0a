// What minitalk dialects shows.
import type { dialectsCommand } from '../../lib/cli/commands/dialects.js';
import { parseDialect } from '../../lib/dialects/parse.js';
import { presets } from '../../lib/dialects/presets.js';

let printed: string;

beforeEach(() => {
  printed = '';
  jest.resetModules();
  jest.doMock('../../lib/cli/printers/output.js', () => ({
    standardOutput: () => ({
      async write(bytes: Uint8Array) {
        printed += Buffer.from(bytes).toString();
      },
    }),
  }));
});

function dialects(...args: string[]): Promise<number> {
  const module = require('../../lib/cli/commands/dialects.js');
  return (module.dialectsCommand as typeof dialectsCommand)(args);
}

test('each has a line with its name, what is its own, and a spec that says it', async () => {
  expect(await dialects()).toBe(0);
  const [titles, ...lines] = printed.trimEnd().split('\n');
  expect(titles).toMatch(/^NAME +ABOUT +SPEC$/);
  expect(lines).toHaveLength(presets.length);
  for (const [i, { name, about, dialect }] of presets.entries()) {
    expect(lines[i]?.startsWith(`${name} `)).toBe(true);
    expect(lines[i]).toContain(about);
    expect(parseDialect(lines[i]?.split(' ').at(-1) as string)).toEqual(dialect);
  }
});

test('--json gives the same to programs', async () => {
  expect(await dialects('--json')).toBe(0);
  const named = JSON.parse(printed) as { name: string; spec: string; about: string }[];
  expect(named.map(({ spec }) => parseDialect(spec))).toEqual(presets.map((each) => each.dialect));
  expect(named.map(({ name, about }) => [name, about])).toEqual(
    presets.map(({ name, about }) => [name, about]),
  );
});
