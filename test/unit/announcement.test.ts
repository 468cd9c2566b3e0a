import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { register } from '../../lib/minitalk/peer/announcement.js';

const before = process.env['XDG_RUNTIME_DIR'];
const directory = mkdtempSync(join(tmpdir(), 'minitalk-announcement-'));
beforeAll(() => {
  process.env['XDG_RUNTIME_DIR'] = directory;
});
afterAll(() => {
  if (before === undefined) delete process.env['XDG_RUNTIME_DIR'];
  else process.env['XDG_RUNTIME_DIR'] = before;
  rmSync(directory, { recursive: true });
});

// A Worker can be terminated between any two lines: who cleans up for it knows the paths by then.
test('the paths are told before the files are there, whenever they are written', async () => {
  const told: { paths: readonly string[]; areThere: boolean[] }[] = [];
  const takeBack = register(process.pid, {
    name: undefined,
    maxMessage: 1,
    onFiles: (paths) => told.push({ paths, areThere: paths.map(existsSync) }),
  });
  const [path = '', draft = ''] = told[0]?.paths ?? [];
  expect([existsSync(path), existsSync(draft)]).toEqual([true, false]);
  rmSync(path);
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 5));
  takeBack();
  expect(existsSync(path)).toBe(false);
  const written = { paths: [path, draft], areThere: [false, false] };
  expect(told).toEqual([written, written, { paths: [], areThere: [] }]);
});

test('what cannot become a registration leaves no draft', () => {
  let path = '';
  const announced = {
    name: undefined,
    maxMessage: 1,
    onFiles([first = '']: readonly string[]) {
      path = first;
      if (path !== '') mkdirSync(path); // in the file's way
    },
  };
  expect(() => register(process.pid, announced)).toThrow(/EISDIR|EEXIST|ENOTEMPTY/);
  expect(readdirSync(dirname(path))).toEqual([basename(path)]);
});
