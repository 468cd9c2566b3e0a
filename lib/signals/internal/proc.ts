// What /proc tells of a process, see proc(5).
import { readFileSync, readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { SignalError, systemError } from '../errors.js';
import { GONE, type Look, saysGone, seen, unknown, unknownBecause } from './look.js';

const { ENOENT } = constants.errno;

export interface ProcessStatus {
  readonly pid: number;
  /** Differs from pid when that number is a thread's. */
  readonly threadGroup: number;
  readonly parent: number;
  /** 'R', 'S', 'T', 'Z', … */
  readonly state: string;
  readonly realUid: number;
  readonly effectiveUid: number;
  readonly savedUid: number;
  /** How many are queued to its real user's processes, see SigQ in proc(5). */
  readonly pendingSignals: number;
  /** How many signals may be queued to its real user's processes, see RLIMIT_SIGPENDING. */
  readonly pendingLimit: number;
  /** Whether a handler is installed for the signal number. */
  readonly catches: (signo: number) => boolean;
  /** Whether the signal number is ignored. */
  readonly ignores: (signo: number) => boolean;
  /** Whether its main thread blocks the signal number. */
  readonly blocks: (signo: number) => boolean;
  /** Whether it waits to be taken, by the thread or by any of the process. */
  readonly hasPending: (signo: number) => boolean;
}

/** /proc/PID/status. A zombie is seen still. */
export function lookAtStatus(pid: number): Look<ProcessStatus> {
  return lookAt(pid, 'status', parseStatus);
}

/** @param text of a status file in /proc */
export function parseStatus(text: string): ProcessStatus {
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(text)?.[1] ?? '';
  const [realUid = -1, effectiveUid = -1, savedUid = -1] = field('Uid').split(/\s+/).map(Number);
  const isIn = (mask: string) => {
    const bits = BigInt(`0x${field(mask) || '0'}`);
    return (signo: number) => ((bits >> BigInt(signo - 1)) & 1n) === 1n;
  };
  return {
    pid: Number(field('Pid')),
    threadGroup: Number(field('Tgid')),
    parent: Number(field('PPid')),
    state: field('State').charAt(0),
    realUid,
    effectiveUid,
    savedUid,
    pendingSignals: Number(field('SigQ').split('/')[0] ?? 0),
    pendingLimit: Number(field('SigQ').split('/')[1] ?? 0),
    catches: isIn('SigCgt'),
    ignores: isIn('SigIgn'),
    blocks: isIn('SigBlk'),
    hasPending: (signo) => isIn('SigPnd')(signo) || isIn('ShdPnd')(signo),
  };
}

/** When the process started, in clock ticks since boot: with the pid it is unique. */
export function lookAtStartTime(pid: number): Look<string> {
  // The command's name may hold spaces and brackets; field 22 is the 20th after it.
  return lookAt(
    pid,
    'stat',
    (text) => text.slice(text.lastIndexOf(')') + 2).split(' ')[19] as string,
  );
}

/** Whether the process catches both signals that minitalk speaks with. */
export function catchesUserSignals(status: ProcessStatus): boolean {
  return status.catches(constants.signals.SIGUSR1) && status.catches(constants.signals.SIGUSR2);
}

let namespace: string | undefined;

/**
 * The inode of this process's pid namespace, see pid_namespaces(7).
 * @throws SignalError ENOSYS where /proc is not mounted, or is another namespace's: its
 * numbers would be other processes' then
 */
export function pidNamespace(): string {
  namespace ??= readNamespace();
  return namespace;
}

function readNamespace(): string {
  let self: string | undefined;
  let inode: string | undefined;
  try {
    self = readlinkSync('/proc/self');
    inode = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
  } catch (error) {
    if (!saysGone(error)) throw error;
  }
  if (self === String(process.pid) && inode !== undefined) return inode;
  const why = self === undefined ? 'it is not mounted' : 'it is of another pid namespace';
  throw new SignalError(
    'ENOSYS',
    `cannot use /proc: ${why}, and nobody can be looked at before it is signalled; mount it, see proc(5)`,
    { syscall: 'readlink' },
  );
}

function lookAt<Value>(
  pid: number,
  file: 'status' | 'stat',
  parse: (text: string) => Value,
): Look<Value> {
  const path = `/proc/${pid}/${file}`;
  const what = `look at process ${pid} (${path})`;
  try {
    return seen(parse(readFileSync(path, 'latin1')));
  } catch (error) {
    if (!saysGone(error)) return unknownBecause(error, what);
    // /proc can be missing, or hide other users' processes: hidepid, see proc(5).
    if (isNobody(pid)) return GONE;
    return unknown(
      systemError(
        -ENOENT,
        'open',
        `${what}, which lives: /proc is not mounted, or hides it (hidepid)`,
        error,
      ),
    );
  }
}

/** By Node's own kill(2): who lists servers needs no addon. */
function isNobody(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return saysGone(error);
  }
}
