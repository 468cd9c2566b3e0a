// What the kernel says of the test's own process.
import { readdirSync } from 'node:fs';
import { lookAtStatus } from '../../lib/signals/internal/proc.js';

export const openDescriptors = () => readdirSync('/proc/self/fd').length;

export function catches(signo: number): boolean {
  const look = lookAtStatus(process.pid);
  return look.is === 'seen' && look.value.catches(signo);
}
