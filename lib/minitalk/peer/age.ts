import { lookAtStartTime } from '../../signals/internal/proc.js';

/** Of the times in /proc, see proc(5): USER_HZ is 100 on all that Node runs on. */
const TICK_MS = 10;

/**
 * How long a process has run, in ms; undefined where /proc does not tell. By our own start: /proc/uptime can be a
 * container's.
 * @param startTime as lookAtStartTime() has it
 */
export function ageMs(startTime: string): number | undefined {
  const own = lookAtStartTime(process.pid);
  if (own.is !== 'seen') return undefined;
  const before = (Number(own.value) - Number(startTime)) * TICK_MS;
  return Math.max(0, Math.round(process.uptime() * 1000 + before));
}
