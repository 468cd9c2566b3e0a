// minitalk exam
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkNames } from '../../exam/catalogue.js';
import { examine } from '../../exam/examine.js';
import { markOf } from '../../exam/finding.js';
import { type ExamOptions, examWithOptions } from '../arguments/exam.js';
import { ExamExitCode, ExitCode } from '../exit-codes.js';
import { examPrinter } from '../printers/exam.js';
import { standardOutput } from '../printers/output.js';
import { say } from '../printers/standard-error.js';
import { UsageError } from '../run.js';

/** Beside the program that this is bundled into. */
const EXAMINER = join(__dirname, 'minitalk-examiner.js');
/** Of the package. */
const CALLS_SOURCE = join(__dirname, '..', '..', 'native', 'exam', 'watch_calls.c');

export function examCommand(args: readonly string[], name = 'minitalk exam'): Promise<number> {
  return examWithOptions(args, name, (folder, options) => exam(name, resolve(folder), options));
}

async function exam(program: string, folder: string, options: ExamOptions): Promise<number> {
  // The examiner needs the addon: where there is none, that is to be said here.
  require('../../signals/names.js') as typeof import('../../signals/names.js');
  if (options.make && !make(folder)) {
    say(`${program}: make failed in ${folder}`);
    return ExitCode.unavailable;
  }
  for (const each of ['server', 'client']) assertProgram(folder, each);
  const wanted = new Set(options.only ?? checkNames);
  const output = standardOutput();
  const printer = examPrinter(options.json === true);
  const print = (text: string): Promise<void> => output.write(Buffer.from(text));
  const written: Promise<void>[] = [];
  const { results, isContained } = await examine({
    examiner: EXAMINER,
    callsSource: CALLS_SOURCE,
    folder,
    checks: checkNames.filter((name) => wanted.has(name)),
    onResult: (result) => {
      const line = print(printer.result(result));
      line.catch(() => {}); // told below
      written.push(line);
    },
  });
  await Promise.all(written);
  await print(printer.end(results, isContained));
  const mandatory = markOf(results, 'mandatory');
  if (mandatory.passed < mandatory.of) return ExamExitCode.mandatoryFailed;
  return results.some(({ verdict }) => verdict === 'failed')
    ? ExamExitCode.othersFailed
    : ExitCode.ok;
}

function make(folder: string): boolean {
  const STDERR = 2;
  return spawnSync('make', ['-C', folder], { stdio: ['ignore', STDERR, STDERR] }).status === 0;
}

function assertProgram(folder: string, name: string): void {
  try {
    accessSync(join(folder, name), constants.X_OK);
  } catch {
    throw new UsageError(`no program ./${name} in ${folder}: build it first, or say --make`);
  }
}
