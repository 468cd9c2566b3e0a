// minitalk convert
import { open } from 'node:fs/promises';
import { messagesOf } from '../../recording/messages.js';
import { type Recording, readRecording } from '../../recording/read.js';
import { trace } from '../../recording/trace-event/trace.js';
import { vcd } from '../../recording/vcd/vcd.js';
import { type ConvertOptions, convertWithOptions, type Format } from '../arguments/convert.js';
import { ExitCode } from '../exit-codes.js';
import { type Output, standardOutput } from '../printers/output.js';
import { assertOther } from '../printers/output-file.js';
import { recordedMessages } from '../printers/recorded-message.js';
import { report } from '../run.js';

const STANDARD_OUTPUT = '-';
/** Characters that are written at once. */
const CHUNK = 1 << 16;

export function convertCommand(
  args: readonly string[],
  name = 'minitalk convert',
): Promise<number> {
  return convertWithOptions(args, name, (files, options) => convert(name, files, options));
}

async function convert(
  program: string,
  files: readonly string[],
  { output, to }: ConvertOptions,
): Promise<number> {
  assertOther(files, output);
  const recording = await readRecording(files);
  const warn = (message: string) => report(program, { message }, false, 'warning');
  for (const { file, line } of recording.cutOff) {
    warn(`${file}:${line}: this line was not written to its end: it is left out`);
  }
  const unrecorded = sumOf(recording);
  if (unrecorded > 0) warn(`${unrecorded} signals came too fast to be recorded`);
  await write(converted(recording, to, warn), output);
  return ExitCode.ok;
}

function converted(
  recording: Recording,
  to: Format,
  warn: (message: string) => void,
): Iterable<string> {
  switch (to) {
    case 'vcd':
      return vcd(recording);
    case 'trace':
      return trace(recording);
    case 'messages': {
      const decoded = messagesOf(recording);
      if (decoded.unplaced > 0) {
        warn(
          `${decoded.unplaced} data signals are of grants from before the recording, and in no message`,
        );
      }
      return recordedMessages(decoded);
    }
  }
}

function sumOf({ events }: Recording): number {
  return events.reduce((sum, event) => (event.is === 'unrecorded' ? sum + event.count : sum), 0);
}

async function write(pieces: Iterable<string>, output: string): Promise<void> {
  if (output === STANDARD_OUTPUT) {
    await writeTo(pieces, standardOutput());
    return;
  }
  const file = await open(output, 'w');
  try {
    await writeTo(pieces, {
      async write(bytes) {
        await file.writeFile(bytes).catch((error: Error) => {
          error.message += ` '${output}'`; // write(2) knows descriptors alone
          throw error;
        });
      },
    });
  } finally {
    await file.close();
  }
}

async function writeTo(pieces: Iterable<string>, output: Output): Promise<void> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK) continue;
    await output.write(Buffer.from(chunk));
    chunk = '';
  }
  await output.write(Buffer.from(chunk));
}
