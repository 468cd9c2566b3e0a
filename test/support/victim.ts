// A process that is no peer, and catches these signals: see victim.py.
import { join } from 'node:path';
import { Process, root } from './processes.js';

/** @param signals numbers; SIGUSR1 and SIGUSR2 unless told */
export async function startVictim(...signals: number[]): Promise<Process> {
  const script = join(root, 'test', 'support', 'victim.py');
  const victim = new Process('python3', [script, ...signals.map(String)], { stdin: 'pipe' });
  await victim.until(({ text }) => text === 'catch\n');
  return victim;
}

/** @param order catch, default, block, or pending */
export async function tellVictim(victim: Process, order: string): Promise<void> {
  victim.child.stdin?.write(`${order}\n`);
  await victim.until(({ text }) => new RegExp(`^${order}`, 'm').test(text));
}
