// The messages of a recording, each as a line of JSON.
import { isUtf8 } from 'node:buffer';
import type { RecordedMessage, RecordedMessages } from '../../recording/messages.js';
import { jsonLine } from './json-line.js';

const NS_PER_MS = 1e6;

export function* recordedMessages({ messages }: RecordedMessages): Generator<string> {
  for (const message of messages) yield `${jsonLine(lineOf(message))}\n`;
}

function lineOf(recorded: RecordedMessage): object {
  const { process, way, pid, session, message, mode, length, from, to } = recorded;
  const { data, pieces, wrongFrames, isDelivered } = recorded;
  return {
    ...(way === 'in'
      ? { sender: pid, receiver: process.pid }
      : { sender: process.pid, receiver: pid }),
    recordedBy: process.pid,
    session,
    message,
    mode,
    bytes: length,
    atMs: from / NS_PER_MS,
    durationMs: (to - from) / NS_PER_MS,
    delivered: isDelivered,
    whole: data !== undefined,
    ...(data === undefined
      ? {
          wrongFrames,
          pieces: pieces.map((piece) => ({ at: piece.at, ...contentOf(piece.bytes) })),
        }
      : contentOf(data)),
  };
}

/** `text` where the bytes are UTF-8, else `base64`. */
function contentOf(bytes: Buffer): { text: string } | { base64: string } {
  return isUtf8(bytes) ? { text: bytes.toString() } : { base64: bytes.toString('base64') };
}
