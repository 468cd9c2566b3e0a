// Which signals this process was started with ignored, as nohup(1) does, or a shell for its background jobs. Node
// has set all of them to their defaults before any JavaScript runs. So this is found out from what is left; where
// nothing is, a signal counts as not ignored.
import { constants, fstatSync, readFileSync, statSync } from 'node:fs';
import { constants as osConstants } from 'node:os';

/** What tells a command to end. */
export const ENDING_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
export type EndingSignal = (typeof ENDING_SIGNALS)[number];

/** A shell ignores it for its background jobs, with SIGINT; else its core dump is wanted. */
const QUIT = 'SIGQUIT' as const;

/** `PID:MASK`, from the installed commands' first lines: bin/. */
const TOLD = 'MINITALK_SIGIGN';
const SHELLS = new Set(['sh', 'ash', 'bash', 'busybox', 'dash', 'ksh', 'mksh', 'zsh']);

/** Goes on ignoring what tells a command to end, and SIGQUIT, where that was ignored at the start; returns what was. */
export function keepIgnored(): ReadonlySet<NodeJS.Signals> {
  const ignored = ignoredAtStart();
  for (const signal of [...ENDING_SIGNALS, QUIT]) {
    if (ignored.has(signal)) process.on(signal, () => {});
  }
  return ignored;
}

/** Whether the process was started with the signal ignored. */
export function wasIgnored(signal: EndingSignal): boolean {
  return ignoredAtStart().has(signal);
}

/** All that were ignored at the start, as far as that is known: bit number-1. */
export function ignoredMask(): bigint {
  const bit = (signal: NodeJS.Signals) => 1n << BigInt(osConstants.signals[signal] - 1);
  return toldMask() ?? [...ignoredAtStart()].reduce((mask, signal) => mask | bit(signal), 0n);
}

function ignoredAtStart(): ReadonlySet<NodeJS.Signals> {
  const told = toldMask();
  if (told !== undefined) {
    const signals: NodeJS.Signals[] = [...ENDING_SIGNALS, QUIT];
    return new Set(signals.filter((signal) => isIn(told, signal)));
  }
  const ignored = new Set<NodeJS.Signals>();
  if (isUnderNohup()) ignored.add('SIGHUP');
  const byShell = maskOfShellAbove();
  // An interactive shell ignores SIGQUIT and SIGTERM for itself alone.
  for (const signal of ['SIGHUP', 'SIGINT'] as const) {
    if (isIn(byShell, signal)) ignored.add(signal);
  }
  return ignored;
}

function isIn(mask: bigint, signal: NodeJS.Signals): boolean {
  return ((mask >> BigInt(osConstants.signals[signal] - 1)) & 1n) === 1n;
}

/** exec(3) keeps the pid; a variable of another process says nothing about this one. */
function toldMask(): bigint | undefined {
  const told = new RegExp(`^${process.pid}:([0-9a-f]+)$`).exec(process.env[TOLD] ?? '');
  return told === null ? undefined : BigInt(`0x${told[1]}`);
}

/** A shell says what it has called. GNU's nohup puts a /dev/null that can't be read in the place of a terminal. */
function isUnderNohup(): boolean {
  if (!/(^|\/)nohup$/.test(process.env['_'] ?? '') && !isUnreadableNull(0)) return false;
  const { isatty } = require('node:tty') as typeof import('node:tty');
  return ![0, 1, 2].some((stream) => isatty(stream)); // it leaves none
}

function isUnreadableNull(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*0([0-7]+)$/m.exec(
      readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1'),
    );
    const access = Number.parseInt(flags?.[1] ?? '0', 8) & (constants.O_WRONLY | constants.O_RDWR);
    return (
      access === constants.O_WRONLY && fstatSync(descriptor).rdev === statSync('/dev/null').rdev
    );
  } catch {
    return false;
  }
}

/** What a shell ignores its children inherit, see "trap" in sh(1). Other parents may have undone it for us. */
function maskOfShellAbove(): bigint {
  try {
    const status = readFileSync(`/proc/${process.ppid}/status`, 'latin1');
    const name = /^Name:\t(.*)$/m.exec(status)?.[1] ?? '';
    return SHELLS.has(name)
      ? BigInt(`0x${/^SigIgn:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
      : 0n;
  } catch {
    return 0n;
  }
}
