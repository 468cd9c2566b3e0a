import { readFileSync } from 'node:fs';

const REPLACEMENT = '\u{fffd}';

/**
 * The bytes of a command-line argument. Node decodes arguments as UTF-8 and puts
 * U+FFFD where they are not; the bytes themselves are in /proc/self/cmdline.
 */
export function rawArgument(text: string): Uint8Array {
  const decoded = Buffer.from(text);
  if (!text.includes(REPLACEMENT)) return decoded;
  const raw = commandLine().findLast((argument) => argument.toString() === text);
  return raw ?? decoded;
}

function commandLine(): Buffer[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync('/proc/self/cmdline');
  } catch {
    return [];
  }
  const all: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start);
    all.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return all;
}
