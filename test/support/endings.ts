// Ways in which a thread can end without closing what it has open, and peers that do
// not let that pass in silence.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as minitalk from '../../lib/index.js';
import { type Process, root, runScript } from './processes.js';

/** How often each way is gone: few in a usual run, MINITALK_ROUNDS=200 to be sure. */
export const rounds = Number(process.env['MINITALK_ROUNDS'] ?? 2);

/** What one way may take, in ms: a loaded machine starts a process in half a second. */
export const patience = 30_000 + rounds * 2000;

/** In a Worker; 'terminate' is its parent's. */
export const workerWays = ['terminate', 'exit', 'throw', 'natural'] as const;
/**
 * In the main thread, and the process's exit code. None is 0: that is also what Node says of
 * a process that a realtime signal has ended.
 */
export const mainWays = { natural: 5, exit: 7, throw: 1 } as const;

export const modes = ['bit', 'word', 'burst'] as const;

/** A place for registrations that no other test sees. */
export function privateEnv(): NodeJS.ProcessEnv {
  return { XDG_RUNTIME_DIR: mkdtempSync(join(tmpdir(), 'minitalk-endings-')) };
}

/** The servers' that hammers aim at: other tests' servers may run beside. */
export const serverName = `endings-${process.pid}`;

/** Paths for code in a thread of another process. */
export const entry = join(root, 'dist', 'index.js');
export const signalsEntry = join(root, 'dist', 'signals', 'index.js');

/** A process that sends to each such server it finds, again and again, and counts how its conversations end. */
export function startHammer(mode: string, length: number, env: NodeJS.ProcessEnv): Process {
  return runScript(
    async (
      { connect, listServers }: typeof minitalk,
      wanted: string,
      mode: 'bit',
      length: number,
    ) => {
      const text = 'x'.repeat(length);
      const ends: Record<string, number> = {};
      const count = (code: string) => {
        ends[code] = (ends[code] ?? 0) + 1;
      };
      let isOver = false;
      process.on('message', () => {
        isOver = true;
      });
      while (!isOver) {
        for (const { pid, name } of listServers()) {
          if (name !== wanted) continue;
          let client: minitalk.MinitalkClient | undefined;
          try {
            // Who is not told that the server has ended waits for that.
            client = await connect(pid, { timeout: 20_000 });
            while (!isOver) {
              await client.send(text, { mode });
              count('delivered');
            }
          } catch (error) {
            count((error as { code: string }).code);
          }
          void client?.close();
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      process.stdout.write(`${JSON.stringify({ ends })}\n`, () => process.exit(0));
    },
    [serverName, mode, length],
    { env, ipc: true },
  );
}

export interface Hammered {
  /** How many conversations ended with each code; 'delivered': messages. */
  readonly ends: Record<string, number>;
}

export async function stopHammer(hammer: Process): Promise<Hammered> {
  hammer.child.send('stop');
  await hammer.until(({ text }) => text.endsWith('\n'));
  return JSON.parse(hammer.text) as Hammered;
}
