// What a server without --json says of all but messages: lines on standard error.
import type { Printer } from './printer.js';
import { say } from './standard-error.js';
import { strayReport } from './stray-report.js';

export function notices(
  program: string,
): Pick<Printer, 'partial' | 'stray' | 'gap' | 'warning' | 'end'> {
  const tell = (line: string) => say(`${program}: ${line}`);
  const strays = strayReport(tell);
  return {
    partial: ({ sender, bytes, expected, reason }) =>
      tell(
        `message from pid ${sender.pid} ended early (${reason}): ${bytes} of ${expected ?? 'how many'} bytes`,
      ),
    stray: strays.add,
    warning: ({ message }) => tell(message),
    gap: ({ lost }) => tell(`${lost} signals came too fast to be recorded`),
    end: strays.flush,
  };
}
