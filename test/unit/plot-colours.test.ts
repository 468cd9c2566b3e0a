// Who sees little contrast, or few colours, sees the picture all the same.
import { type Colour, dark, light, type Palette } from '../../lib/plot/colours.js';
import { styleSheet } from '../../lib/plot/svg.js';

/** WCAG 2's relative luminance. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [more = 0, less = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (more + 0.05) / (less + 0.05);
}

const schemes: [string, Palette][] = [
  ['light', light],
  ['dark', dark],
];
const marks: Colour[] = ['data', 'zero', 'reply', 'question', 'pending', 'lost', 'again', 'stray'];

test.each(schemes)('%s: texts stand out from what is behind them by 4.5 to 1', (_, palette) => {
  for (const text of [palette.text, palette.quiet]) {
    expect(contrast(text, palette.paper)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(text, palette.box)).toBeGreaterThanOrEqual(4.5);
  }
});

test.each(schemes)('%s: marks stand out from the paper by 3 to 1', (_, palette) => {
  for (const mark of marks)
    expect(contrast(palette[mark], palette.paper)).toBeGreaterThanOrEqual(3);
});

test.each(schemes)('the style sheet has each colour of %s', (name, palette) => {
  const [plain = '', ofDark = ''] = styleSheet().split('@media(prefers-color-scheme:dark)');
  for (const [colour, value] of Object.entries(palette)) {
    expect(name === 'light' ? plain : ofDark).toContain(`.f-${colour}{fill:${value}}`);
  }
});
