// The examiner's process: does the checks, one after another, and reports each.
import { rmSync, writeSync } from 'node:fs';
import { SignalError } from '../../signals/errors.js';
import { pidNamespace } from '../../signals/internal/proc.js';
import { restrictSignals } from '../../signals/restrict.js';
import { type CheckName, catalogue } from '../catalogue.js';
import { type Finding, failed, skipped } from '../finding.js';
import { type Assistance, type Order, REPORTS, type Report } from '../report.js';
import { assist } from './assistant.js';
import { createCallWatcher } from './calls.js';
import { checks } from './checks/checks.js';
import { investigate } from './dialect/investigation.js';
import { createPrograms, type Programs } from './programs.js';
import { endStrangers } from './stranger.js';

/** @param argument JSON, see Order; or Assistance */
export async function runExaminer([argument = '']: readonly string[]): Promise<number> {
  const order = JSON.parse(argument) as Order | Assistance;
  return 'target' in order ? assist(order.target) : examine(order);
}

async function examine(order: Order): Promise<number> {
  const { folder, checks: names, namespace } = order;
  const isContained = pidNamespace() !== namespace;
  if (!isContained) fence();
  report({ isContained });
  // Whoever wanted this is gone: so is what they wanted.
  process.stdin.resume().once('end', () => {
    rmSync(order.scratch, { recursive: true, force: true });
    void endStrangers().finally(() => process.exit(0));
  });
  const programs = createPrograms({
    folder,
    isContained,
    investigate,
    watchCalls: () => createCallWatcher(order.callsSource, order.scratch),
  });
  for (const name of names) {
    report({ start: name });
    const since = performance.now();
    const finding = await findingOf(name, programs);
    await endStrangers();
    report({ check: name, ms: performance.now() - since, ...finding });
  }
  process.stdin.destroy();
  return 0;
}

async function findingOf(name: CheckName, programs: Programs): Promise<Finding> {
  const { limit, ...about } = catalogue[name];
  if ('isDangerous' in about && !programs.isContained) {
    return skipped('it may signal anybody, and this kernel makes no pid namespace for it');
  }
  if ('needsText' in about && !(await programs.isWorking())) {
    return skipped('not even a short text comes through');
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    const finding = failed(
      `not done after ${limit / 1000} s`,
      'something waits for ever, or sleeps far too long',
    );
    timer = setTimeout(resolve, limit, finding);
  });
  try {
    return await Promise.race([checks[name](programs), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Nothing dangerous is done then; who does it by mistake is held back where the kernel has signal scopes. */
function fence(): void {
  try {
    restrictSignals();
  } catch (error) {
    if (!(error instanceof SignalError)) throw error;
  }
}

function report(line: Report): void {
  writeSync(REPORTS, `${JSON.stringify(line)}\n`);
}
