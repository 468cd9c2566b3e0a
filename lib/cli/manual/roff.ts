// The man(7) macros that the pages need. All text is escaped here.

const LONGEST_LINE = 80;

/** Text as it is: hyphens that can be copied, and letters in no encoding. No request, wherever its lines begin. */
export function plain(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll('"', '\\(dq')
    .replace(/[^\0-\x7f]/gu, (letter) => {
      const code = letter.codePointAt(0) as number;
      return `\\[u${code.toString(16).toUpperCase().padStart(4, '0')}]`;
    })
    .replace(/(?<![^ \n])\./g, '\\&.');
}

export const bold = (text: string) => `\\fB${plain(text)}\\fR`;
export const italic = (text: string) => `\\fI${plain(text)}\\fR`;

export function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`.SH ${title}`, ...lines];
}

export function paragraphs(texts: readonly string[]): string[] {
  return texts.flatMap((text, i) => [...(i === 0 ? [] : ['.PP']), ...filled(text)]);
}

/** Terms, escaped, each with what is said of it. */
export function terms(list: readonly (readonly [term: string, text: string])[]): string[] {
  return list.flatMap(([term, text]) => ['.TP', term, ...filled(text)]);
}

/** Short lines: roff fills those of a page. */
function filled(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of plain(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > LONGEST_LINE) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** Words of a usage: what is in <…> is to be replaced, what is a letter otherwise is literal. */
export function usage(text: string): string {
  return text.replace(/<([^>]*)>|([^<]+)/g, (_, name?: string, literal?: string) =>
    name === undefined ? bold(literal as string) : italic(name),
  );
}
