// Whether texts of several clients were mixed, told from what was printed.

const MIXTURE_BYTES = 20;

/**
 * The first that was printed besides whole texts, newlines, and the beginnings of texts that were cut off;
 * undefined: nothing was.
 * @param texts each with one `<`, its first character
 */
export function mixtureIn(
  printed: Buffer,
  texts: readonly string[],
  cut: readonly string[],
): Buffer | undefined {
  const others = texts
    .reduce((left, text) => left.replaceAll(text, '\n'), printed.toString('latin1'))
    .split('\n');
  const isMadeOfBeginnings = (piece: string) => {
    const [before, ...parts] = piece.split('<');
    return before === '' && parts.every((part) => cut.some((text) => text.startsWith(`<${part}`)));
  };
  const mixed = others.find((piece) => !isMadeOfBeginnings(piece));
  return mixed === undefined ? undefined : Buffer.from(mixed.slice(0, MIXTURE_BYTES), 'latin1');
}
