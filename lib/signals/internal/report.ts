// A line for each signal that would end the process, about who sent it; then whatever would
// have happened without it. The handler writes the line itself, so a blocked event loop does
// not matter.
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { binding, DefaultAction, Installed } from '../../binding/signals.js';
import { check } from '../errors.js';
import { SignalChannel } from './channel.js';

const LAST_SIGNAL = 64;
// Node catches these two only to leave the terminal as it was before it ends.
const NODES_OWN: readonly number[] = [constants.signals.SIGINT, constants.signals.SIGTERM];
const NOT_TERMINATING = binding.signals
  .filter(({ action }) => action !== DefaultAction.end)
  .map(({ number }) => number);

const reasons: Partial<Record<string, string>> = {
  ELOOP: "it is another user's link",
  ENXIO: 'it is a FIFO that nobody reads, or a socket',
};

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

/** @throws SignalError when nothing can be reported */
export function startReport(): void {
  const format = process.env['MINITALK_REPORT'] || 'text';
  if (format === 'off') return;
  if (format !== 'text' && format !== 'json') {
    warn(`MINITALK_REPORT is ${JSON.stringify(format)}: expected "text", "json" or "off"`);
  }
  const file = process.env['MINITALK_REPORT_FILE'] || undefined;
  const started = binding.startReport(file === undefined ? '' : resolve(file), format === 'json');
  if (started < 0) {
    const [name, text] = getSystemErrorMap().get(started) ?? [String(started), 'unknown error'];
    warn(
      `MINITALK_REPORT_FILE: open ${name}: cannot write into ${file}: ${reasons[name] ?? text}; ` +
        'reporting on standard error',
    );
  }
  const channel: SignalChannel = new SignalChannel({
    capacity: 64,
    onBatch: (batch) => {
      // Not before: to load what nobody may ever need would delay each start.
      const { publishReported } = require('./reported.js') as typeof import('./reported.js');
      publishReported(batch, channel.native);
    },
  });
  channel.unref();
  try {
    check(channel.native.enableSnapshots(), 'mmap', () => 'keep snapshots');
    for (let signo = 1; signo <= LAST_SIGNAL; signo += 1) {
      if (isTerminating(signo)) channel.subscribe(signo, 'report');
    }
  } catch (error) {
    channel.close();
    throw error;
  }
}
