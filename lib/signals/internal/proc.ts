// What /proc tells of a process, see proc(5).
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

export interface ProcessStatus {
  readonly pid: number;
  /** Differs from pid when that number is a thread's. */
  readonly threadGroup: number;
  /** 'R', 'S', 'T', 'Z', … */
  readonly state: string;
  readonly realUid: number;
  readonly effectiveUid: number;
  readonly savedUid: number;
  /** How many signals may be queued to its real user's processes, see RLIMIT_SIGPENDING. */
  readonly pendingLimit: number;
  /** Whether a handler is installed for the signal number. */
  readonly catches: (signo: number) => boolean;
}

/** undefined when there is no such process, or /proc does not show it. */
export function readStatus(pid: number): ProcessStatus | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return undefined;
  }
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(text)?.[1] ?? '';
  const [realUid = -1, effectiveUid = -1, savedUid = -1] = field('Uid').split(/\s+/).map(Number);
  const caught = BigInt(`0x${field('SigCgt') || '0'}`);
  return {
    pid,
    threadGroup: Number(field('Tgid')),
    state: field('State').charAt(0),
    realUid,
    effectiveUid,
    savedUid,
    pendingLimit: Number(field('SigQ').split('/')[1] ?? 0),
    catches: (signo) => ((caught >> BigInt(signo - 1)) & 1n) === 1n,
  };
}

/** When the process started, in clock ticks since boot: with the pid it is unique. */
export function readStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command's name may hold spaces and brackets; field 22 is the 20th after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Whether the process catches both signals that minitalk speaks with. */
export function catchesUserSignals(status: ProcessStatus): boolean {
  return status.catches(constants.signals.SIGUSR1) && status.catches(constants.signals.SIGUSR2);
}
