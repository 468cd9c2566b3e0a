// --raw: the messages' bytes on standard output, and nothing else there.
import { notices } from './notices.js';
import type { Output } from './output.js';
import type { Printer } from './printer.js';
import { say } from './standard-error.js';

export function rawPrinter(output: Output, program: string): Printer {
  return {
    ...notices(program),
    async listening(pid) {
      say(`Server PID: ${pid}`);
    },
    message: ({ data }) => output.write(data),
  };
}
