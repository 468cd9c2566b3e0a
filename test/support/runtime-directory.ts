// A place for registrations that no other test sees, in this process and in those that it starts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const before = process.env['XDG_RUNTIME_DIR'];
const used: string[] = [];

/** Another one from now on. */
export function newRuntimeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'minitalk-runtime-'));
  used.push(directory);
  process.env['XDG_RUNTIME_DIR'] = directory;
  return directory;
}

afterEach(() => {
  if (before === undefined) delete process.env['XDG_RUNTIME_DIR'];
  else process.env['XDG_RUNTIME_DIR'] = before;
  for (const directory of used.splice(0)) rmSync(directory, { recursive: true, force: true });
});
