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

/** The bytes of the last arguments on the command line, which Node gives as these texts. */
export function rawArguments(texts: readonly string[]): Uint8Array[] {
  const behindLast = -1; // each ends with a zero byte
  const raw = commandLine().slice(0, behindLast).slice(-texts.length);
  return texts.map((text, i) => (raw[i]?.toString() === text ? raw[i] : Buffer.from(text)));
}

function commandLine(): Buffer[] {
  try {
    const all = readFileSync('/proc/self/cmdline', 'latin1').split('\0');
    return all.map((argument) => Buffer.from(argument, 'latin1'));
  } catch {
    return [];
  }
}
