/**
 * A preload: it says on standard error, or in a file, of each signal that would end the process who sent
 * it. Without what that needs, one line says so, and the application runs as ever.
 *
 * ```sh
 * node --require minitalk/register app.js
 * ```
 *
 * It exports nothing, and is told by the environment:
 *
 * - `MINITALK_REPORT`: `text`, the default, `json`, or `off`
 * - `MINITALK_REPORT_FILE`: a file to append to
 * - `MINITALK_REPORT_ONLY`: the scripts that report, by the last parts of `process.argv[1]`, with commas between
 * @module minitalk/register
 */
import { writeSync } from 'node:fs';

const STDERR = 2;
// Two copies of the package may be preloaded, by NODE_OPTIONS and by the command line: each
// signal is the first one's that can report.
const REPORTS = Symbol.for('minitalk.reports');

// NODE_OPTIONS reaches all that the application starts, and what starts it, such as npm.
function isWanted(): boolean {
  const scripts = process.env['MINITALK_REPORT_ONLY'] || undefined;
  const own = process.argv[1] ?? '';
  return scripts?.split(',').some((each) => `/${own}`.endsWith(`/${each}`)) ?? true;
}

function sayWhyNot(error: unknown): void {
  const { isMainThread } = require('node:worker_threads') as typeof import('node:worker_threads');
  if (!isMainThread) return; // that one has said it
  const [reason] = String(error instanceof Error ? error.message : error).split('\n');
  try {
    writeSync(STDERR, `minitalk/register: signals are not reported: ${reason}\n`);
  } catch {
    // Nobody listens.
  }
}

function start(): void {
  try {
    // Not before: to load the addon is what may fail.
    const { isMainThread } =
      require('./internal/main-thread.js') as typeof import('./internal/main-thread.js');
    // Signals are the process's, so its first thread reports for all.
    if (!isMainThread) return;
    const { startReport } =
      require('./internal/report.js') as typeof import('./internal/report.js');
    startReport();
    Object.defineProperty(globalThis, REPORTS, { value: true });
  } catch (error) {
    sayWhyNot(error);
  }
}

if (!(REPORTS in globalThis) && isWanted()) start();
