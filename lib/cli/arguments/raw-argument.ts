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
  try {
    const all = readFileSync('/proc/self/cmdline', 'latin1').split('\0');
    return all.map((argument) => Buffer.from(argument, 'latin1'));
  } catch {
    return [];
  }
}
