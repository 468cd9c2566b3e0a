// JSON as all commands print it.

/** Digits behind the point: of milliseconds they are microseconds. */
const DIGITS = 3;

/**
 * One line, without its newline. JSON leaves the control characters from U+007F on as they are, and a
 * terminal may follow them: they are escaped, which any parser undoes.
 */
export function jsonLine(value: object): string {
  return JSON.stringify(value, rounded).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toFixed(DIGITS)) : value;
}
