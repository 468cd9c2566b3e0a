// --json: every event as one line of JSON on standard output, and nothing else there.
import type { Message } from '../../minitalk/server/message.js';
import type { Output } from './output.js';
import type { Printer } from './printer.js';

export function jsonPrinter(output: Output): Printer {
  const print = (event: object) => output.write(Buffer.from(`${JSON.stringify(event)}\n`));
  // A message's failure is told to its client; of another event nobody waits for the end.
  const tell = (event: object) => void print(event).catch(() => {});
  return {
    listening: (pid) => print({ event: 'listening', pid }),
    message: (message) => print(messageEvent(message)),
    partial: (partial) => tell({ event: 'partial', ...partial }),
    stray: ({ signal, code, pid, uid, attested, origin }) =>
      tell({ event: 'stray', signal, code, pid, uid, attested, origin }),
    gap: (gap) => tell({ event: 'gap', ...gap }),
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
