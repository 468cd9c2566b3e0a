// --verbose: who sent each message, and how fast, on standard error.
import type { Message } from '../../minitalk/server/message.js';
import type { Printer } from './printer.js';
import { say } from './standard-error.js';

export function verbosePrinter(printer: Printer): Printer {
  return {
    ...printer,
    async message(message) {
      await printer.message(message);
      say(senderAndRate(message));
    },
  };
}

function senderAndRate({ data, sender, durationMs }: Message): string {
  const rate = durationMs > 0 ? `${((data.length * 8) / durationMs).toFixed(1)} kbit/s` : 'one bit';
  return `from pid ${sender.pid} (uid ${sender.uid}): ${data.length} bytes in ${durationMs.toFixed(2)} ms, ${rate}`;
}
