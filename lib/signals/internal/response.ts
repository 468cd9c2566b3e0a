// What a process does when a signal comes, see signal(7).
import { binding, DefaultAction } from '../../binding/signals.js';
import { lookAtStatus } from './proc.js';

/** Its handler runs, it ignores the signal, or the default action ends, stops or continues it. */
export type Response = 'handler' | 'ignore' | 'end' | 'stop' | 'continue';

const actions = new Map(binding.signals.map(({ number, action }) => [number, action]));
const byAction = {
  [DefaultAction.end]: 'end',
  [DefaultAction.ignore]: 'ignore',
  [DefaultAction.stop]: 'stop',
  [DefaultAction.continue]: 'continue',
} as const;

/** As /proc shows it now; undefined where it does not. */
export function responseTo(signo: number, pid: number): Response | undefined {
  const status = lookAtStatus(pid);
  if (status.is !== 'seen') return undefined;
  if (status.value.catches(signo)) return 'handler';
  if (status.value.ignores(signo)) return 'ignore';
  const action = actions.get(signo) ?? DefaultAction.end; // realtime signals end
  return byAction[action as keyof typeof byAction];
}
