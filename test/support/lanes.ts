import { readFileSync } from 'node:fs';

/** Whether a thread, given by its folder in /proc, is a server's lane. */
export function isLane(thread: string): boolean {
  return readFileSync(`${thread}/comm`, 'latin1') === 'minitalk-lane\n';
}
