// --json: every event as one line of JSON on standard output, and nothing else there.
import type { Message } from '../../minitalk/server/message.js';
import { jsonLine } from './json-line.js';
import type { Output } from './output.js';
import type { Printer } from './printer.js';

/** Events that wait for the output, besides messages. */
const MOST_WAITING = 1000;

export function jsonPrinter(output: Output): Printer {
  const print = (event: object) => output.write(Buffer.from(`${jsonLine(event)}\n`));
  let waiting = 0;
  let dropped = 0;
  // A message's client waits until it is printed. For other events nobody does: a stranger's flood
  // would pile up before an output that takes nothing.
  const tell = (event: object) => {
    if (waiting === MOST_WAITING) {
      dropped += 1;
      return;
    }
    waiting += 1;
    const done = () => {
      waiting -= 1;
      if (waiting > 0 || dropped === 0) return;
      const events = dropped;
      dropped = 0;
      tell({ event: 'dropped', events });
    };
    print(event).then(done, done);
  };
  return {
    listening: (pid) => print({ event: 'listening', pid }),
    message: (message) => print(messageEvent(message)),
    partial: (partial) => tell({ event: 'partial', ...partial }),
    stray: ({ signal, code, pid, uid, attested, origin }) =>
      tell({ event: 'stray', signal, code, pid, uid, attested, origin }),
    gap: (gap) => tell({ event: 'gap', ...gap }),
    warning: ({ code, message }) => tell({ event: 'warning', code, message }),
    end() {},
  };
}

/** `text` where the bytes are UTF-8, else `base64`. */
function messageEvent({ data, text, sender, mode, durationMs }: Message): object {
  return {
    event: 'message',
    ...(text === undefined ? { base64: data.toString('base64') } : { text }),
    bytes: data.length,
    sender,
    mode,
    durationMs,
  };
}
