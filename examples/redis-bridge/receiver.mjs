// A minitalk server that does each message once, by its id. What it does is a line in a file.
//
//   node receiver.mjs NAME INBOX
//
// The id stands in the same line as the effect, so there is no moment at which the one is done and
// the other not. With a database both go into one transaction.
import { appendFileSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'minitalk';
import { shutdown } from 'minitalk/signals';

const [name, path] = process.argv.slice(2);
const inbox = openSync(path, 'a+');

// What has no newline was cut off by a kill, and never confirmed.
const before = readFileSync(inbox);
let size = before.lastIndexOf('\n') + 1;
ftruncateSync(inbox, size);
const lines = before.toString('utf8', 0, size).trimEnd().split('\n');
let last = lines[0] === '' ? 0 : JSON.parse(lines.at(-1)).id;

/** @throws when it could not be done, or is no message of a bridge: its sender is told so */
function doOnce({ text }) {
  const event = JSON.parse(text);
  if (!Number.isSafeInteger(event.id)) throw new Error('a message without an id');
  if (event.id <= last) return; // it was done, but its sender had not heard of it
  const line = `${JSON.stringify(event)}\n`;
  try {
    appendFileSync(inbox, line);
    fsyncSync(inbox);
  } catch (error) {
    ftruncateSync(inbox, size);
    throw error;
  }
  size += Buffer.byteLength(line);
  last = event.id;
}

// Only of its own user: others could send any id.
const server = createServer({ name, allowUids: [], deliver: doOnce });
await server.listen();
shutdown().defer(() => server.close());
