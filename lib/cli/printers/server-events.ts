import type { Message } from '../../minitalk/server/message.js';

export function jsonLine(event: object): Buffer {
  return Buffer.from(`${JSON.stringify(event)}\n`);
}

/** A message as one JSON event: `text` where the bytes are UTF-8, else `base64`. */
export function messageEvent({ data, text, sender, mode, durationMs }: Message): object {
  return {
    event: 'message',
    ...(text === undefined ? { base64: data.toString('base64') } : { text }),
    bytes: data.length,
    sender,
    mode,
    durationMs,
  };
}
