// A scene as SVG: one that stands alone, is small, and is light or dark as whoever looks wants it.
import type { PathShape, Scene, Shape, TextShape } from './canvas.js';
import { short } from './canvas.js';
import { type Colour, dark, light, type Palette } from './colours.js';

/** For text and attributes of XML and HTML. What no XML may hold becomes U+FFFD. */
export function escaped(text: string): string {
  return text
    .replace(FORBIDDEN, '\ufffd')
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** All but what XML has as characters; half of a pair is none. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const fonts = {
  plain: 'system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif',
  mono: 'ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace',
};

const names = Object.keys(light) as Colour[];

/** Classes: `f-` fills with a colour, `s-` strokes with it. No custom properties: not all that shows SVG knows them. */
export function styleSheet(): string {
  const rules = (palette: Palette) =>
    names
      .map((name) => `.f-${name}{fill:${palette[name]}}.s-${name}{stroke:${palette[name]}}`)
      .join('');
  return [
    `text{font:11px ${fonts.plain}}.m{font-family:${fonts.mono}}.b{font-weight:600}`,
    'path{fill:none}.c{text-anchor:middle}.e{text-anchor:end}text{white-space:pre}',
    rules(light),
    `@media(prefers-color-scheme:dark){${rules(dark)}}`,
  ].join('');
}

export function toSvg({ width, height, title, description, shapes }: Scene): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    `<style>${styleSheet()}</style>`,
    `<path class="f-paper" d="M0 0h${width}v${height}h-${width}z"/>`,
    ...shapes.map(element),
    '</svg>',
    '',
  ].join('\n');
}

function element(shape: Shape): string {
  return shape.is === 'path' ? path(shape) : text(shape);
}

function path({ d, stroke, fill, width, dash, opacity, isCrisp }: PathShape): string {
  const classes = [fill && `f-${fill}`, stroke && `s-${stroke}`].filter(Boolean).join(' ');
  return `<path class="${classes}"${attributes({
    'stroke-width': width,
    'stroke-dasharray': dash,
    opacity,
    'shape-rendering': isCrisp ? 'crispEdges' : undefined,
  })} d="${d}"/>`;
}

function text({ x, y, text: content, colour, size, anchor, isBold, isMono }: TextShape): string {
  const classes = [
    `f-${colour}`,
    anchor === 'middle' ? 'c' : anchor === 'end' ? 'e' : '',
    isBold ? 'b' : '',
    isMono ? 'm' : '',
  ];
  const at = typeof x === 'number' ? short(x) : x.map(short).join(' ');
  const style = size === undefined || size === 11 ? '' : ` style="font-size:${size}px"`;
  return `<text x="${at}" y="${short(y)}" class="${classes.filter(Boolean).join(' ')}"${style}>${escaped(content)}</text>`;
}

function attributes(given: Record<string, string | number | undefined>): string {
  return Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');
}
