// The command line of minitalk exam.
import { InvalidArgumentError } from 'commander';
import { type CheckName, checkNames, isCheckName } from '../../exam/catalogue.js';
import { runCommand } from './command.js';
import { type Definition, define, meanings, newCommand } from './definition.js';

/** What `minitalk exam` is told. */
export interface ExamOptions {
  readonly json?: boolean;
  readonly make?: boolean;
  readonly only?: readonly CheckName[];
}

export function defineExam(name = 'minitalk exam'): Definition {
  const command = newCommand(name, 'examine a minitalk that was written in C')
    .description(
      'Examine the ./server and ./client of a directory, and say what is wrong with them.',
    )
    .argument('<dir>', 'where the two programs are')
    .option('--make', 'run make there before')
    .option(
      '--only <names>',
      `some of: ${checkNames.join(', ')}`,
      (text, given: readonly CheckName[] | undefined) => [...(given ?? []), ...parseChecks(text)],
    )
    .option('--json', 'each result as one line of JSON');
  return define(command, {
    notes: [
      'The programs run in a pid namespace of their own where the kernel permits that (unshare(1)): whatever they signal, nobody outside is hit. Where it does not, what could hit others is left out, and reported as skipped.',
    ],
    examples: [
      [`${name} ~/minitalk`, 'examine all, in about a minute'],
      [`${name} --make --only short,unicode .`, 'build it, and look at two things'],
      [`${name} --json . | jq 'select(.verdict == "failed")'`, 'what failed, for other programs'],
    ],
    exitCodes: [
      [0, 'all that was examined is right'],
      [1, 'something mandatory failed'],
      [2, 'all that is mandatory is right, something else failed'],
      [64, 'usage: the command line is wrong, or no ./server and ./client are there'],
      [69, 'make failed; or the native addon is missing, or does not load'],
      meanings.fault,
      meanings.output,
    ],
  });
}

/** Parses `args` and calls `exam` with what they say. */
export function examWithOptions(
  args: readonly string[],
  name: string,
  exam: (folder: string, options: ExamOptions) => Promise<number>,
): Promise<number> {
  const definition = defineExam(name);
  const { command } = definition;
  return runCommand(definition, args, () =>
    exam(command.processedArgs[0] as string, command.opts<ExamOptions>()),
  );
}

function parseChecks(text: string): CheckName[] {
  const names = text.split(',');
  const unknown = names.find((each) => !isCheckName(each));
  if (unknown === undefined) return names as CheckName[];
  throw new InvalidArgumentError(`no check is called ${JSON.stringify(unknown)}.`);
}
