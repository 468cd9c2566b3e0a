// What the kernel below the tests knows of Landlock.
import { execFileSync } from 'node:child_process';

export const LANDLOCK_CREATE_RULESET = 444;

const SCOPES = 6;

const version = Number(
  execFileSync('python3', [
    '-c',
    `import ctypes; print(ctypes.CDLL(None).syscall(${LANDLOCK_CREATE_RULESET}, None, 0, 1))`,
  ]),
);

/** Tests that need signal scopes; skipped, and the reason said, where the kernel has none. */
export function whereSignalsCanBeScoped(tests: () => void): void {
  const title = 'where the kernel has signal scopes';
  if (version >= SCOPES) describe(title, tests);
  else describe.skip(`${title}; Landlock here: ${version}, they take ${SCOPES}`, tests);
}
