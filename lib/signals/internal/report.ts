// A line for each signal that would end the process, about who sent it; then whatever would
// have happened without it. The handler writes the line itself, so a blocked event loop does
// not matter.
import { openSync } from 'node:fs';
import { constants } from 'node:os';
import { binding, DefaultAction, Installed } from '../../binding/signals.js';
import { SignalChannel } from './channel.js';

const STDERR = 2;
const LAST_SIGNAL = 64;
// Node catches these two only to leave the terminal as it was before it ends.
const NODES_OWN: readonly number[] = [constants.signals.SIGINT, constants.signals.SIGTERM];
const NOT_TERMINATING = binding.signals
  .filter(({ action }) => action !== DefaultAction.end)
  .map(({ number }) => number);

function warn(message: string): void {
  process.emitWarning(message, { code: 'MINITALK_REPORT' });
}

function isTerminating(signo: number): boolean {
  if (!binding.isWatchable(signo) || NOT_TERMINATING.includes(signo)) return false;
  const installed = binding.installed(signo);
  return (
    installed === Installed.default || (installed === Installed.other && NODES_OWN.includes(signo))
  );
}

function reportDescriptor(): number {
  const path = process.env['MINITALK_REPORT_FILE'];
  if (path === undefined || path === '') return STDERR;
  try {
    return openSync(path, 'a', 0o640);
  } catch (error) {
    warn(`MINITALK_REPORT_FILE: ${(error as Error).message}; reporting on standard error`);
    return STDERR;
  }
}

/** @throws SignalError when nothing can be reported */
export function startReport(): void {
  const format = process.env['MINITALK_REPORT'] || 'text';
  if (format === 'off') return;
  if (format !== 'text' && format !== 'json') {
    warn(`MINITALK_REPORT is ${JSON.stringify(format)}: expected "text", "json" or "off"`);
  }
  binding.startReport(reportDescriptor(), format === 'json');
  const channel = new SignalChannel({ capacity: 64, onBatch: () => {} });
  channel.unref();
  try {
    for (let signo = 1; signo <= LAST_SIGNAL; signo += 1) {
      if (isTerminating(signo)) channel.subscribe(signo, 'report');
    }
  } catch (error) {
    channel.close();
    throw error;
  }
}
