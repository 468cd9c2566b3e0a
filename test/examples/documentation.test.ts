// Each JavaScript example of docs/signals.md runs and prints what it says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Process, root } from '../support/processes.js';

const HEADER = `import { explain, kill, openProcess, queue, waitForSignal, watch } from 'minitalk/signals';\n`;
const page = readFileSync(join(root, 'docs', 'signals.md'), 'utf8');
const examples = [...page.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, code = '']) => ({
  code,
  printed: [...code.matchAll(/^\/\/ → (.*\n)/gm)].map(([, line]) => line).join(''),
  title: page
    .slice(0, page.indexOf(code))
    .match(/^#+ .*/gm)
    ?.at(-1),
}));

test('the page has examples', () => {
  expect(examples.length).toBeGreaterThan(4);
});

test.each(examples)('the example below "$title" prints what it says', async ({ code, printed }) => {
  const example = new Process(process.execPath, ['--input-type=module', '-e', HEADER + code]);
  expect(await example.closed).toEqual({ code: 0, signal: null });
  expect(example.stderr).toBe('');
  expect(example.text).toBe(printed);
});
