// examples/README.md lists each example, and nothing that is not there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/processes.js';

const folder = join(root, 'examples');

test('each example is in the list', () => {
  const list = readFileSync(join(folder, 'README.md'), 'utf8');
  const linked = [...list.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => path);
  expect(linked.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
  const examples = readdirSync(folder).filter((name) => name !== 'README.md');
  expect(linked.map((path) => path.split('/')[0]).sort()).toEqual(examples.sort());
});
