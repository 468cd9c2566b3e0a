import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

// A Worker can be terminated between any two lines: who cleans up for it knows the path by then.
test('the path is told before the file is there, whenever it is written', async () => {
  const told: { path: string; isThere: boolean }[] = [];
  const takeBack = register(process.pid, {
    name: undefined,
    maxMessage: 1,
    onPath: (path) => told.push({ path, isThere: existsSync(path) }),
  });
  const path = told[0]?.path ?? '';
  expect(existsSync(path)).toBe(true);
  rmSync(path);
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 5));
  takeBack();
  expect(existsSync(path)).toBe(false);
  expect(told).toEqual([
    { path, isThere: false },
    { path, isThere: false },
    { path: '', isThere: false },
  ]);
});
