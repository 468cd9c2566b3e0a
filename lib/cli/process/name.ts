import { writeFileSync } from 'node:fs';

/**
 * What ps(1) and pgrep(1) call this process: at most 15 bytes. The arguments stay; process.title
 * would write over them, and other tools look for those. From Node 24 on the main thread is called
 * MainThread until then.
 */
export function nameProcess(name: string): void {
  try {
    writeFileSync('/proc/self/comm', name);
  } catch {
    // Not Linux, or without /proc: then it is called node.
  }
}
