// The server's PID, then every message's exact bytes and a newline; on a terminal without what would move its cursor.
import { notices } from './notices.js';
import type { Output } from './output.js';
import type { Printer } from './printer.js';
import { visible } from './visible.js';

const NEWLINE = Buffer.from('\n');

/** @param isTerminal what is printed is shown to somebody, not kept */
export function textPrinter(output: Output, program: string, isTerminal = false): Printer {
  return {
    ...notices(program),
    listening: (pid) => output.write(Buffer.from(`Server PID: ${pid}\n`)),
    message: ({ data, text }) =>
      output.write(Buffer.concat([isTerminal ? visible(data, text) : data, NEWLINE])),
  };
}
