// The README from top to bottom, as a new user would go through it: each block of code is run as it is
// written, in a folder where the package is installed, and prints what the page says.
//
//   ```js     begins with its file's name, and is written there
//   ```sh     is run by a shell, after the blocks before it
//   ```       is what the shell blocks before it print, since there was something to be printed
//
// A comment before a shell block says "until Ctrl-C", where it goes on while the next ones are run, or
// "in a checkout". 4242 in a command is the pid that was last printed. In what is printed a number stands
// for any number, and … for anything; parents and cgroups are this machine's affair. timeout(1) signals its command
// and then its group: the command is told of once or twice, as the first one has ended it by then or not.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import manifest from '../../package.json';
import { Process, root, sleep } from '../support/processes.js';
import { newRuntimeDirectory } from '../support/runtime-directory.js';

/** What would install, or is all the tests: see what is said of them at the end. */
const NOT_RUN = ['npm install minitalk', 'npm ci && npm run demo', 'npm ci && npm test'];

/** npx takes what is installed, and has nothing to say of versions. */
const env = { npm_config_offline: 'true' };

interface Block {
  readonly marker: string;
  readonly language: string;
  readonly code: string;
}

interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const BLOCK = /(?:^<!-- (.*) -->\n)?^```(\w*)\n([\s\S]*?)^```$/gm;
const sections: readonly Section[] = readme.split(/^(?=#+ )/m).map((text) => ({
  title: /^#+ (.*)/.exec(text)?.[1] ?? '',
  blocks: [...text.matchAll(BLOCK)].map(([, marker = '', language = '', code = '']) => ({
    marker,
    language,
    code,
  })),
}));
const blocksOf = (language: string) =>
  sections.flatMap(({ blocks }) => blocks).filter((block) => block.language === language);

/** The commands of a block, without what is said of them. */
const commandsOf = ({ code }: Block) =>
  code
    .split('\n')
    .map((line) => line.replace(/\s+# .*/, ''))
    .filter(Boolean);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'minitalk-readme-'));
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules', 'minitalk')); // as npm does with a folder
  for (const [name, path] of Object.entries(manifest.bin)) {
    symlinkSync(join('..', 'minitalk', path), join(folder, 'node_modules', '.bin', name));
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  newRuntimeDirectory();
});

/** A pattern for what the page says is printed. */
function patternOf(output: string): RegExp {
  const pattern = output
    .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replace(/, parent \d+.*/g, ', .*') // and the cgroup after it
    .replace(/…/g, '.*')
    .replace(/\d+/g, '\\d+')
    .replace(/^.* pid .* SIGTERM .*timeout.*\n/gm, '(?:$&){1,2}');
  return new RegExp(`^${pattern}$`);
}

/** The pid that a server or a watch says. */
function lastPidOf(processes: readonly Process[]): string {
  return processes.flatMap((each) => /\bpid:? (\d+)/i.exec(each.text)?.[1] ?? []).at(-1) ?? '';
}

/** Runs the blocks; what goes on until Ctrl-C is put into `running`. */
async function runBlocks(blocks: readonly Block[], running: Process[]): Promise<void> {
  let since: Process[] = [];
  for (const block of blocks) {
    if (block.language === 'js') {
      const [, name] = /^\/\/ (\S+)\n/.exec(block.code) as RegExpExecArray;
      writeFileSync(join(folder, name as string), block.code);
    } else if (block.language === 'sh') {
      if (NOT_RUN.some((command) => commandsOf(block).includes(command))) continue;
      const code = block.code.replace(/\b4242\b/g, lastPidOf(running));
      const cwd = block.marker.includes('in a checkout') ? root : folder;
      const shell = new Process('bash', ['-c', `exec 2>&1\n${code}`], { cwd, env });
      since.push(shell);
      if (block.marker.includes('until Ctrl-C')) {
        running.push(shell);
        await shell.until(({ text }) => /\bpid\b.*\n/i.test(text));
      } else {
        const code = block.code.startsWith('timeout ') ? 124 : 0; // which is timeout's own
        expect(await shell.closed).toEqual({ code, signal: null });
      }
    } else {
      const pattern = patternOf(block.code);
      const printed = () => since.map(({ text }) => text).join('');
      const patience = performance.now() + 2000; // for what is still in a pipe
      while (!pattern.test(printed()) && performance.now() < patience) await sleep(10);
      expect(printed()).toMatch(pattern);
      since = [];
    }
  }
}

test('the page has what is to be run', () => {
  expect(blocksOf('js').length).toBeGreaterThan(3);
  expect(blocksOf('sh').length).toBeGreaterThan(8);
  expect(readme.match(/^```/gm)).toHaveLength(
    2 * sections.flatMap(({ blocks }) => blocks).length, // none that BLOCK does not see
  );
});

test.each(sections.filter(({ blocks }) => blocks.length > 0))(
  'what stands below "$title" runs, and prints what it says',
  async ({ blocks }) => {
    const running: Process[] = [];
    try {
      await runBlocks(blocks, running);
    } finally {
      for (const shell of running) process.kill(Number(lastPidOf([shell])), 'SIGINT');
    }
    for (const shell of running) await shell.closed;
  },
);

test('what is not run names this package, and scripts that it has', () => {
  const commands = blocksOf('sh').flatMap(commandsOf);
  expect(commands.filter((command) => NOT_RUN.includes(command))).toEqual(NOT_RUN);
  expect(NOT_RUN[0]).toBe(`npm install ${manifest.name}`);
  expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(['demo', 'test']));
});
