// Records this process where the command line asks for it.
import type { RecordOptions } from '../arguments/record-options.js';
import { report } from '../run.js';

/** Closes the recording, if there is one. */
export type EndRecording = () => void;

/** @throws as record() of the library */
export function startRecording(
  program: string,
  { record, recordLimit, json }: RecordOptions & { readonly json?: boolean },
  isConversing: boolean,
): EndRecording {
  if (record === undefined) return () => {};
  // Loaded here, as it loads the addon: the help needs none.
  const { Recording } =
    require('../../recording/record.js') as typeof import('../../recording/record.js');
  const limit = recordLimit === undefined ? {} : { limit: recordLimit };
  const recording = new Recording(record, limit, { command: program, isConversing });
  recording.on('error', (error) => {
    const { code, errno, syscall, message } = error;
    const ended = { code, errno, syscall, message: `the recording has ended: ${message}` };
    report(program, ended, json === true, 'warning');
  });
  return () => recording.close();
}
