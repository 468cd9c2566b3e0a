// Runs an examination: the examiner is a process of its own, inside the namespace of those that it examines, and
// reports from there.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pidNamespace } from '../signals/internal/proc.js';
import { type CheckName, catalogue } from './catalogue.js';
import { namespacePrefix } from './containment.js';
import { failed, type Result } from './finding.js';
import { type Order, REPORTS, type Report } from './report.js';

/** The examiner has ended what a check left behind by then. */
const MARGIN_MS = 10_000;
const START_MS = 30_000;

export interface ExamineOptions {
  /** The program that is the examiner. */
  readonly examiner: string;
  /** The source of the library that watches calls. */
  readonly callsSource: string;
  /** Where `./server` and `./client` are. */
  readonly folder: string;
  readonly checks: readonly CheckName[];
  /** Gets each result as it comes. */
  readonly onResult?: (result: Result) => void;
  readonly onStart?: (check: CheckName) => void;
}

export interface Examined {
  readonly results: readonly Result[];
  /** Whether they ran in a pid namespace of their own. */
  readonly isContained: boolean;
}

export async function examine(options: ExamineOptions): Promise<Examined> {
  const scratch = mkdtempSync(join(tmpdir(), 'minitalk-exam-'));
  try {
    return await examineWith(scratch, options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function examineWith(scratch: string, options: ExamineOptions): Promise<Examined> {
  const results: Result[] = [];
  let isContained = false;
  const order: Order = {
    folder: options.folder,
    checks: options.checks,
    namespace: pidNamespace(),
    callsSource: options.callsSource,
    scratch,
  };
  const command = [
    ...(namespacePrefix() ?? []),
    process.execPath,
    options.examiner,
    JSON.stringify(order),
  ];
  const child = spawn(command[0] as string, command.slice(1), {
    // Its end of this pipe ends with us: then it ends all that it has started.
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    detached: true, // a stranger's terminal is nobody's
  });
  let current: { check: CheckName; since: number } | undefined;
  const add = (result: Result): void => {
    current = undefined;
    results.push(result);
    options.onResult?.(result);
  };
  const watch = createAlarm(() => child.kill('SIGKILL'));
  const errors = keepErrors(child);
  const left = new Set(options.checks);
  watch.in(START_MS);
  for await (const line of createInterface({ input: child.stdio[REPORTS] as Readable })) {
    const report = JSON.parse(line) as Report;
    if ('isContained' in report) {
      ({ isContained } = report);
    } else if ('start' in report) {
      current = { check: report.start, since: performance.now() };
      left.delete(report.start);
      options.onStart?.(report.start);
      watch.in(catalogue[report.start].limit + MARGIN_MS);
    } else {
      add(report);
      watch.in(START_MS);
    }
  }
  watch.off();
  child.stdin?.end();
  await ended(child);
  if (current !== undefined) {
    const { check, since } = current;
    const seen = 'the examiner itself was ended, or could not go on';
    add({ check, ms: performance.now() - since, ...failed(seen) });
  }
  if (left.size > 0) throw new Error(`the examiner ended too early: ${errors().trim()}`);
  return { results, isContained };
}

function createAlarm(ring: () => void) {
  let timer: NodeJS.Timeout | undefined;
  return {
    in(ms: number) {
      clearTimeout(timer);
      timer = setTimeout(ring, ms);
    },
    off: () => clearTimeout(timer),
  };
}

function keepErrors(child: ChildProcess): () => string {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = `${errors}${chunk}`.slice(-4096);
  });
  return () => errors;
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}
