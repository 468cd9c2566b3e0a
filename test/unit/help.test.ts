// What is said of each command, without the command or the addon.
import {
  type CommandName,
  commandNames,
  definitions,
} from '../../lib/cli/arguments/definitions.js';
import { defineMinitalk } from '../../lib/cli/arguments/minitalk.js';
import type { main as Main } from '../../lib/cli/main.js';
import { keepOutput } from '../support/printed.js';

const printed = keepOutput();

/** What it prints, and its exit code. */
async function minitalk(...args: string[]): Promise<[number, string]> {
  printed.text = '';
  const module = require('../../lib/cli/main.js') as { main: typeof Main };
  return [await module.main(args), printed.text];
}

const everywhere = [['', []], ...commandNames.map((name) => [name, [name]])] as [
  string,
  string[],
][];

test.each(everywhere)('%s --help and --version need no addon', async (_, command) => {
  const [code, help] = await minitalk(...command, '--help');
  expect(code).toBe(0);
  expect(help).toMatch(new RegExp(`^Usage: ${['minitalk', ...command].join(' ')} `));
  expect(await minitalk(...command, '--version')).toEqual([0, '0.1.0\n']);
});

test.each(everywhere)('help %s is what its own --help is', async (_, command) => {
  expect(await minitalk('help', ...command)).toEqual(await minitalk(...command, '--help'));
});

test.each(commandNames)(
  'the help of %s has its examples and exit codes, in 80 columns',
  async (name) => {
    const [, help] = await minitalk(name, '--help');
    const { examples, exitCodes } = definitions[name]();
    expect(examples.length).toBeGreaterThan(0);
    for (const [line] of examples) expect(help).toContain(`\n    ${line}\n`);
    for (const [code] of exitCodes) expect(help).toMatch(new RegExp(`^  ${code} `, 'm'));
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(help).not.toContain('default: []');
  },
);

test('the help of minitalk has each command with its arguments and its summary', async () => {
  const [, help] = await minitalk('--help');
  for (const { command } of commandNames.map((name) => definitions[name as CommandName]())) {
    expect(help.replace(/\n +/g, ' ')).toContain(command.summary());
  }
  expect(help).toContain('\n  client <target> [message] ');
  for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('each definition names what it is of, as it is called', () => {
  for (const name of commandNames) {
    const { command, examples } = definitions[name](`x-${name}`);
    expect(command.name()).toBe(`x-${name}`);
    for (const [line] of examples) expect(line).toContain(`x-${name}`);
  }
  expect(defineMinitalk().command.commands.map((each) => each.name())).toEqual(commandNames);
});
