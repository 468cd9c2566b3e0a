// What others wrote, as it may be shown: a message can hold any bytes.

/** A character, and which of the bytes it is. */
export interface Shown {
  readonly text: string;
  readonly bytes: number;
}

/** The first character of `bytes` from `at` on: itself, its name as C has it, or its byte in hexadecimal. */
export function characterAt(bytes: readonly number[], at: number): Shown {
  const lead = bytes[at] ?? 0;
  const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  const sequence = Uint8Array.from(bytes.slice(at, at + length));
  if (length > 0 && sequence.length === length) {
    try {
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(sequence);
      return { text: visible(text), bytes: length };
    } catch {
      // No UTF-8.
    }
  }
  return { text: `\\x${hexadecimal(lead)}`, bytes: 1 };
}

/** All of `bytes` as one line. */
export function textOf(bytes: readonly number[]): string {
  const shown: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { text, bytes: length } = characterAt(bytes, at);
    shown.push(text);
    at += length;
  }
  return shown.join('');
}

export function hexadecimal(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** Not assigned, private, or without a shape of its own: formats, line ends, the direction of writing. */
const SHAPELESS = /[\p{C}\p{Zl}\p{Zp}]/u;

/** As C writes them. */
const letters: Readonly<Record<string, string>> = {
  '\0': '0',
  '\u0007': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\u001b': 'e',
};

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const letter = letters[character];
  if (letter !== undefined) return `\\${letter}`;
  if (code < 0x20 || code === 0x7f) return `\\x${hexadecimal(code)}`;
  return SHAPELESS.test(character) ? `\\u{${code.toString(16)}}` : character;
}

/** At most `length` characters of it. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  return length < 2 ? '' : `${characters.slice(0, length - 1).join('')}…`;
}

/** `1 bit`, `1,024 bits`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** With a comma between thousands, whatever the locale. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
