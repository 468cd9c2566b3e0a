// The server's PID, then every message's exact bytes and a newline.
import { notices } from './notices.js';
import type { Output } from './output.js';
import type { Printer } from './printer.js';

const NEWLINE = Buffer.from('\n');

export function textPrinter(output: Output, program: string): Printer {
  return {
    ...notices(program),
    listening: (pid) => output.write(Buffer.from(`Server PID: ${pid}\n`)),
    message: ({ data }) => output.write(Buffer.concat([data, NEWLINE])),
  };
}
