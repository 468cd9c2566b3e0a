// Records this process, or traces it, where the command line asks for it.
import type { Dialect } from '../../dialects/dialect.js';
import type { RecordedEvent } from '../../recording/format.js';
import type { Conversing } from '../../recording/interpret.js';
import type { RecordOptions } from '../arguments/record-options.js';
import { report } from '../run.js';

/** What is asked for, and of what. */
interface Asked extends RecordOptions {
  readonly json?: boolean;
  readonly trace?: boolean;
  readonly isConversing: boolean;
  readonly dialect?: Dialect | undefined;
}

/**
 * Returns what ends it.
 * @throws as record() of the library
 */
export function startRecording(program: string, asked: Asked): () => void {
  const { record, trace, dialect } = asked;
  const printer = trace === true ? newTracePrinter(dialect) : undefined;
  if (record !== undefined) {
    const close = startFile(program, record, asked, printer?.take);
    return () => {
      close();
      printer?.end();
    };
  }
  if (printer === undefined) return () => {};
  const close = observe(conversingOf(asked), printer.take);
  return () => {
    close();
    printer.end();
  };
}

function conversingOf({ isConversing, dialect }: Asked): Conversing {
  if (!isConversing) return 'no';
  return dialect === undefined ? 'protocol' : 'dialect';
}

// Loaded when they are wanted, as they load the addon: the help needs none.

function newTracePrinter(dialect: Dialect | undefined) {
  const { tracePrinter } = require('../printers/trace.js') as typeof import('../printers/trace.js');
  return tracePrinter(dialect);
}

function observe(
  conversing: Conversing,
  take: (events: readonly RecordedEvent[]) => void,
): () => void {
  const { Observer } =
    require('../../recording/observer.js') as typeof import('../../recording/observer.js');
  const observer = new Observer({ conversing, take });
  return () => observer.close();
}

function startFile(
  program: string,
  path: string,
  asked: Asked,
  also: ((events: readonly RecordedEvent[]) => void) | undefined,
): () => void {
  const { Recorder } =
    require('../../recording/record.js') as typeof import('../../recording/record.js');
  const { recordLimit, json } = asked;
  const recorder = new Recorder(path, recordLimit === undefined ? {} : { limit: recordLimit }, {
    command: program,
    conversing: conversingOf(asked),
    ...(also === undefined ? {} : { also }),
  });
  recorder.on('error', ({ code, errno, syscall, message }) => {
    const ended = { code, errno, syscall, message: `the recording has ended: ${message}` };
    report(program, ended, json === true, 'warning');
  });
  return () => recorder.close();
}
