// What a plain send loads: it takes less time than what it does not need would.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, runClient, startServer } from '../support/processes.js';

/** Node's modules and the scripts that a client has loaded when it ends. */
async function loadedBy(...args: string[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
  const look = join(folder, 'look.js');
  const out = join(folder, 'loaded');
  writeFileSync(
    look,
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(out)}, [
      ...process.moduleLoadList.map((name) => name.replace('NativeModule ', '')), ...Object.keys(require.cache)
    ].join('\\n')));`,
  );
  const { pid } = await startServer();
  const env = { NODE_OPTIONS: `--require ${look}` };
  expect((await runClient([pid, ...args], { env })).code).toBe(0);
  const loaded = readFileSync(out, 'utf8').split('\n');
  rmSync(folder, { recursive: true });
  return loaded;
}

test('a text loads no streams, no zlib, no perf_hooks, and of ours one script and the addon', async () => {
  const loaded = await loadedBy('hi');
  for (const name of ['stream', 'zlib', 'perf_hooks', 'inspector']) {
    expect(loaded).not.toContain(name);
  }
  const ours = loaded.filter((name) => name.startsWith(root));
  expect(ours.filter((name) => name.endsWith('.js'))).toEqual([
    join(root, 'dist', 'bin', 'minitalk-client.js'),
  ]);
});

test('options load their parser', async () => {
  expect(await loadedBy('hi', '--quiet')).toContain(join(root, 'dist', 'bin', 'commander.js'));
});
