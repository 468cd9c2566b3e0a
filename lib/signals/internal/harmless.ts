/** What another process chose, so that it neither ends a line nor moves a terminal's cursor. */
export function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\ufffd]/g, '?');
}
