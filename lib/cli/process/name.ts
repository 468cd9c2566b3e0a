import { writeFileSync } from 'node:fs';

/**
 * What ps(1) and pgrep(1) call this process: at most 15 bytes. The arguments stay; process.title
 * would write over them, and other tools look for those.
 */
export function nameProcess(name: string): void {
  try {
    writeFileSync('/proc/self/comm', name);
  } catch {
    // Not Linux, or without /proc: then it is called node.
  }
}
