// What a terminal may show of a message: it is somebody else's, and must not move the cursor, or type.

/**
 * The message with each control character, but newline and tab, as `\x1b`. So is each byte of what is not UTF-8, from
 * 0x80 on.
 * @param text the data, where it is UTF-8
 */
export function visible(data: Buffer, text: string | undefined): Buffer {
  return Buffer.from(
    (text ?? data.toString('latin1')).replace(text === undefined ? BYTES : CHARACTERS, escaped),
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is shown
const CHARACTERS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is shown
const BYTES = /[\u0000-\u0008\u000b-\u001f\u007f-\u00ff]/g;

function escaped(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
