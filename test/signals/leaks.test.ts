// Watching again and again leaves nothing behind.
import { runScript } from '../support/processes.js';

test('1,000 cycles of watch and close under a rain of signals leak no memory, descriptor or handler', async () => {
  const script = runScript(
    async () => {
      const { watch } = require(
        `${process.cwd()}/dist/signals/index.js`,
      ) as typeof import('../../lib/signals/index.js');
      const { readFileSync, readdirSync, writeSync } =
        require('node:fs') as typeof import('node:fs');
      process.on('SIGHUP', () => {}); // its default action would end the process in between
      const dispositions = () =>
        /SigBlk[\s\S]*SigCgt.*/.exec(readFileSync('/proc/self/status', 'latin1'))?.[0];
      const before = dispositions();
      let seen = 0;
      const cycles = async (count: number) => {
        for (let i = 0; i < count; i += 1) {
          const watcher = watch(['SIGHUP', 'SIGWINCH', 'SIGURG'], { snapshot: i % 2 === 0 });
          watcher.on('signal', () => {
            seen += 1;
          });
          if (i % 4 === 0) await new Promise((resolve) => setImmediate(resolve));
          watcher.close();
        }
        for (let i = 0; i < 5; i += 1) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          (globalThis as { gc?: () => void }).gc?.();
        }
        const { heapUsed, external, rss } = process.memoryUsage();
        return {
          objects: heapUsed + external,
          rss,
          mappedKb: Number(
            /^VmSize:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1],
          ),
          files: readdirSync('/proc/self/fd').length,
        };
      };
      writeSync(1, 'ready\n');
      const warm = await cycles(1000);
      const after = await cycles(1000);
      writeSync(
        1,
        JSON.stringify({
          objects: after.objects - warm.objects,
          rss: after.rss - warm.rss,
          mappedKb: after.mappedKb - warm.mappedKb,
          files: after.files - warm.files,
          same: dispositions() === before,
          seen,
        }),
      );
      process.exit();
    },
    [],
    { env: { NODE_OPTIONS: '--expose-gc' } },
  );
  await script.until(({ text }) => text.includes('ready'));
  const sender = runScript(
    ({ kill }, pid: number) => {
      try {
        for (;;) for (const name of ['SIGHUP', 'SIGWINCH', 'SIGURG'] as const) kill(pid, name);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    },
    [script.pid],
  );
  expect(await script.closed).toEqual({ code: 0, signal: null });
  await sender.closed;
  const { objects, rss, mappedKb, files, same, seen } = JSON.parse(
    script.text.slice('ready\n'.length),
  ) as Record<string, number>;
  // Leaked, 1,000 watchers are 50 MB of objects, and their rings 1 GB of address space.
  expect(objects).toBeLessThan(2e6);
  expect(rss).toBeLessThan(32e6);
  expect(mappedKb).toBeLessThan(300_000);
  expect(files).toBe(0);
  expect(same).toBe(true);
  expect(seen).toBeGreaterThan(0);
});
