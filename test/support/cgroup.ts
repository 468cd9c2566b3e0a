import { rmdirSync } from 'node:fs';
import { sleep } from './processes.js';

/** Removes a cgroup as soon as the kernel has parted with its last process, or says why not. */
export async function removeCgroup(path: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      rmdirSync(path);
      return;
    } catch (error) {
      if (tries === 100) throw error;
      await sleep(20);
    }
  }
}
