// Each JavaScript example of docs/signals.md and docs/guard.md runs and prints what it says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { whereSignalsCanBeScoped } from '../support/landlock.js';
import { Process, root } from '../support/processes.js';

const HEADER = `import { childExit, explain, kill, openProcess, queue, restrictSignals, waitForSignal, watch } from 'minitalk/signals';\n`;

interface Example {
  title: string | undefined;
  code: string;
  printed: string;
}

function examplesOf(name: string): Example[] {
  const page = readFileSync(join(root, 'docs', name), 'utf8');
  return [...page.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, code = '']) => ({
    code,
    printed: [...code.matchAll(/^\/\/ → (.*\n)/gm)].map(([, line]) => line).join(''),
    title: page
      .slice(0, page.indexOf(code))
      .match(/^#+ .*/gm)
      ?.at(-1),
  }));
}

async function expectPrinted({ code, printed }: Example): Promise<void> {
  const example = new Process(process.execPath, ['--input-type=module', '-e', HEADER + code]);
  expect(await example.closed).toEqual({ code: 0, signal: null });
  expect(example.stderr).toBe('');
  expect(example.text).toBe(printed);
}

const ofSignals = examplesOf('signals.md');

test('the page has examples', () => {
  expect(ofSignals.length).toBeGreaterThan(4);
});

test.each(ofSignals)('the example below "$title" prints what it says', expectPrinted);

whereSignalsCanBeScoped(() => {
  test.each(examplesOf('guard.md'))('that below "$title" prints what it says', expectPrinted);
});
