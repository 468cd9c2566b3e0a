// Colours, by Okabe and Ito: told apart by whoever sees fewer of them. A shade darker where they are too pale for white.

export interface Palette {
  readonly paper: string;
  /** Behind bytes. */
  readonly box: string;
  readonly text: string;
  readonly quiet: string;
  /** Of the grid; carries no meaning. */
  readonly line: string;
  readonly data: string;
  /** A bit that is 0, where its place does not show it. */
  readonly zero: string;
  readonly reply: string;
  readonly question: string;
  readonly pending: string;
  readonly lost: string;
  readonly again: string;
  readonly stray: string;
}

export type Colour = keyof Palette;

export const light: Palette = {
  paper: '#ffffff',
  box: '#e8f1f8',
  text: '#1f2328',
  quiet: '#59636e',
  line: '#d1d9e0',
  data: '#0072b2',
  zero: '#3a8abd',
  reply: '#008a65',
  question: '#6b7280',
  pending: '#3d93c4',
  lost: '#d55e00',
  again: '#a97400',
  stray: '#b0568f',
};

export const dark: Palette = {
  paper: '#0d1117',
  box: '#16293a',
  text: '#e6edf3',
  quiet: '#9da7b1',
  line: '#30363d',
  data: '#56b4e9',
  zero: '#3987b5',
  reply: '#16b98c',
  question: '#9da7b1',
  pending: '#3987b5',
  lost: '#ff8a3d',
  again: '#e6b422',
  stray: '#dd8fc0',
};

/** Custom properties for both schemes: those of whoever looks. */
export function colourRules(selector: string): string {
  return `${selector}{${properties(light)}}@media (prefers-color-scheme:dark){${selector}{${properties(dark)}}}`;
}

function properties(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');
}
