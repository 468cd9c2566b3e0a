// The picture as a page that needs nothing else: the same drawing code redraws it at each zoom.
import { createHash } from 'node:crypto';
import { dark, light, type Palette } from './colours.js';
import type { Model } from './model.js';
import { packed } from './pack.js';
import { reduced } from './reduce.js';
import { sceneOf } from './scene.js';
import { escaped, styleSheet, toSvg } from './svg.js';
import { counted, shortened } from './text.js';
import { duration } from './time.js';

const MOST_MESSAGES = 200;
const MOST_TEXT = 400;
const FIRST_WIDTH = 1000;

/** @param viewer the script that lib/plot/viewer becomes */
export function toHtml(model: Model, from: number, to: number, viewer: string): string {
  const small = reduced(model, from, to);
  const scene = sceneOf(model, { from, to, width: FIRST_WIDTH });
  // Neither may end its element.
  const script = viewer.trim().replaceAll('</', '<\\/');
  const data = JSON.stringify(packed(small)).replaceAll('<', '\\u003c');
  const hash = createHash('sha256').update(script).digest('base64');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(scene.title)}</title>
<style>${pageStyle()}</style>
</head>
<body>
<header>
<div role="group" aria-label="View">
<button type="button" data-does="out" aria-label="Zoom out">−</button>
<button type="button" data-does="in" aria-label="Zoom in">+</button>
<button type="button" data-does="left" aria-label="Earlier">◀</button>
<button type="button" data-does="right" aria-label="Later">▶</button>
<button type="button" data-does="all">All</button>
</div>
<output id="range" aria-live="polite"></output>
<span class="hint">wheel, pinch, + and −: zoom; drag, ← and →: move; 0: all</span>
</header>
<main>
<div id="picture" tabindex="0" role="group" aria-label="Picture of the recording: + and − zoom, arrow keys move">
${toSvg(scene)}</div>
${messageTable(model, from, to)}
</main>
<script type="application/json" id="recording">${data}</script>
<script>${script}</script>
</body>
</html>
`;
}

function messageTable({ conversations }: Model, from: number, to: number): string {
  const all = conversations.flatMap(({ client, server, messages }) =>
    messages
      .filter((message) => message.to >= from && message.from <= to)
      .map((message) => ({ ...message, client, server })),
  );
  if (all.length === 0) return '';
  const rows = all
    .slice(0, MOST_MESSAGES)
    .map(
      (each) =>
        `<tr><td>${each.client} → ${each.server}</td><td>${each.number}</td><td>${escaped(counted(each.length, 'byte'))}</td><td>${escaped(each.mode)}</td><td>${escaped(duration(each.took))}</td><td><code>${escaped(shortened(each.text, MOST_TEXT))}</code></td></tr>`,
    );
  const rest = all.length - rows.length;
  return `<div class="table"><table>
<caption>Messages</caption>
<thead><tr><th scope="col">pids</th><th scope="col">message</th><th scope="col">length</th><th scope="col">mode</th><th scope="col">offer to last data</th><th scope="col">text</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>${rest > 0 ? `\n<p>and ${escaped(counted(rest, 'more message'))}</p>` : ''}`;
}

function pageStyle(): string {
  const scheme = (palette: Palette) =>
    `body{background:${palette.paper};color:${palette.text}}button{background:${palette.box};color:${palette.text};border-color:${palette.quiet}}header,th,td{border-color:${palette.line}}.hint,caption{color:${palette.quiet}}header{background:${palette.paper}}`;
  return [
    'body{margin:0;font:14px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}',
    'header{display:flex;flex-wrap:wrap;gap:6px 14px;align-items:center;padding:8px 16px;border-bottom:1px solid;position:sticky;top:0}',
    'button{font:inherit;min-width:34px;min-height:30px;border:1px solid;border-radius:6px;cursor:pointer}',
    '.hint{font-size:12px}#picture{overflow-x:auto;touch-action:pan-y;cursor:grab}#picture svg{display:block;user-select:none;-webkit-user-select:none}',
    '.table{overflow-x:auto;padding:0 16px 16px}table{border-collapse:collapse}caption{text-align:left;padding:8px 0}',
    'th,td{text-align:left;vertical-align:top;padding:4px 14px 4px 0;border-bottom:1px solid}th,td{white-space:nowrap}td:last-child{white-space:normal}code{overflow-wrap:anywhere}p{padding:0 16px}',
    scheme(light),
    `@media(prefers-color-scheme:dark){${scheme(dark)}}`,
    styleSheet(),
  ].join('');
}
