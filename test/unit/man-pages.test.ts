// The man pages: all that the definitions say, and nothing that the formatters complain about.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandNames, definitions } from '../../lib/cli/arguments/definitions.js';
import { manPages } from '../../lib/cli/manual/pages.js';
import { plain } from '../../lib/cli/manual/roff.js';
import manifest from '../../package.json';

const pages = manPages('2026-01-31');
const folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
for (const [name, text] of Object.entries(pages)) writeFileSync(join(folder, name), text);
afterAll(() => rmSync(folder, { recursive: true }));

const isInstalled = (program: string) => spawnSync(program, ['--version']).error === undefined;
/** Skipped, and said to be, where the formatter is not installed. */
const testWith = (program: string) => (isInstalled(program) ? test : test.skip);
const groff = (path: string) =>
  spawnSync('man', ['--warnings', '--nh', '-E', 'UTF-8', '-l', '-Tutf8', path], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8', MANPAGER: 'cat', MANWIDTH: '80' },
  });

test('there is one for minitalk and for each command, and the manifest has them all', () => {
  const names = ['minitalk', ...commandNames.map((name) => `minitalk-${name}`)];
  expect(Object.keys(pages).sort()).toEqual(names.map((name) => `${name}.1`).sort());
  expect(manifest.man).toEqual(Object.keys(pages).map((name) => `man/${name}`));
  expect(manifest.files).toContain('man');
});

testWith('mandoc').each(Object.keys(pages))('mandoc finds nothing in %s', (name) => {
  const lint = spawnSync('mandoc', ['-Tlint', join(folder, name)], { encoding: 'utf8' });
  expect(lint.stdout + lint.stderr).toBe('');
});

testWith('man').each(Object.keys(pages))('man warns of nothing in %s', (name) => {
  expect(groff(join(folder, name)).stderr).toBe('');
});

testWith('man').each(commandNames)(
  'the page of %s has its arguments, options, exit codes and examples',
  (name) => {
    const text = groff(join(folder, `minitalk-${name}.1`)).stdout.replace(/.[\b]/g, ''); // bold letters are struck twice
    const inOneLine = text.replace(/-\n\s+/g, '-').replace(/\s+/g, ' ');
    const { command, notes, examples, exitCodes } = definitions[name]();
    for (const part of ['NAME', 'SYNOPSIS', 'OPTIONS', 'EXIT STATUS', 'EXAMPLES', 'SEE ALSO']) {
      expect(text).toMatch(new RegExp(`^${part}$`, 'm'));
    }
    const said = [
      ...notes,
      ...command.options.flatMap(({ flags, description }) => [
        flags.replace(/[<>]/g, ''),
        description,
      ]),
      ...command.registeredArguments.map(({ description }) => description),
      ...exitCodes.map(([code, means]) => `${code} ${means}`),
      ...examples.map(([line]) => line),
    ];
    for (const each of said) expect(inOneLine).toContain(each.replace(/\s+/g, ' '));
  },
);

test('text is no request, and shows as it is', () => {
  expect(plain('.TH \\ - \' ` ^ ~ " é')).toBe(
    '\\&.TH \\e \\- \\(aq \\(ga \\(ha \\(ti \\(dq \\[u00E9]',
  );
  expect(plain('a.b .c')).toBe('a.b \\&.c');
});
