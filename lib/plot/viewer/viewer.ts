// The script of the page: draws the time that is looked at, at the width that there is. scripts/bundle.js makes one file of it.
import { edges } from '../frame.js';
import { partWithEach } from '../hint.js';
import { type Packed, unpacked } from '../pack.js';
import { axis } from '../scale.js';
import { breaksOf, sceneOf } from '../scene.js';
import { toSvg } from '../svg.js';
import { argument } from '../time.js';

const LEAST_WIDTH = 380;
/** ns */
const LEAST_TIME = 2000;

const picture = byId('picture');
const range = byId('range');
const model = unpacked(JSON.parse(byId('recording').textContent ?? '') as Packed);
const isWhole = model.conversations.every(({ columns }) => columns === undefined);
const breaks = breaksOf(model, model.from, model.to);
/** Of all of it: what is looked at is a part of this, from 0 to 1. */
const whole = axis(model.from, model.to, breaks);
let from = 0;
let to = 1;
let isDrawing = false;

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no #${id}`);
  return found;
}

function widthOfPicture(): number {
  return Math.max(LEAST_WIDTH, Math.floor(picture.clientWidth));
}

/** Soon: once for all that happens until then. */
function draw(): void {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    const width = widthOfPicture();
    const [begin, end] = [whole.time(from), whole.time(to)];
    const how = () => hint(begin, end);
    picture.innerHTML = toSvg(sceneOf(model, { from: begin, to: end, width, breaks, hint: how }));
    const step = 10 ** Math.floor(Math.log10(Math.max(1, end - begin)) - 2);
    range.textContent = `--from ${argument(begin, step)} --to ${argument(end, step)}`;
  });
}

function hint(begin: number, end: number): string {
  const part = partWithEach(model, begin, end);
  return isWhole
    ? 'Summed up: zoom in to see each signal.'
    : `Summed up: a page made with --from ${part.from} --to ${part.to} has each signal of that time.`;
}

/** @param at where in the picture stays where it is, 0 to 1 */
function zoom(factor: number, at = 0.5): void {
  const fixed = from + (to - from) * at;
  const size = Math.min(1, (to - from) * factor);
  const begin = Math.max(0, Math.min(1 - size, fixed - size * at));
  const isTooNear = whole.time(begin + size) - whole.time(begin) < LEAST_TIME;
  if (factor < 1 && isTooNear) return;
  from = begin;
  to = begin + size;
  draw();
}

/** @param by of what is looked at: 1 is all of it */
function move(by: number): void {
  const size = to - from;
  from = Math.max(0, Math.min(1 - size, from + by * size));
  to = from + size;
  draw();
}

function all(): void {
  from = 0;
  to = 1;
  draw();
}

const doing: Record<string, () => void> = {
  in: () => zoom(0.5),
  out: () => zoom(2),
  left: () => move(-0.25),
  right: () => move(0.25),
  all,
};
const keys: Record<string, keyof typeof doing> = {
  '+': 'in',
  '=': 'in',
  '-': 'out',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  '0': 'all',
  Home: 'all',
};

for (const button of document.querySelectorAll<HTMLElement>('button[data-does]')) {
  button.addEventListener('click', () => doing[button.dataset['does'] ?? '']?.());
}
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const does = keys[event.key];
  if (does === undefined) return;
  event.preventDefault();
  doing[does]?.();
});

function plot(): { left: number; width: number } {
  const { left, right } = edges(widthOfPicture());
  return { left, width: right - left };
}

/** Of the plot, 0 to 1. */
function placeOf(clientX: number): number {
  const { left, width } = plot();
  const x = clientX - picture.getBoundingClientRect().left + picture.scrollLeft - left;
  return Math.min(1, Math.max(0, x / width));
}

picture.addEventListener(
  'wheel',
  (event) => {
    event.preventDefault();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) move(event.deltaX / plot().width);
    else if (event.shiftKey) move(event.deltaY / plot().width);
    else zoom(2 ** (event.deltaY / 300), placeOf(event.clientX));
  },
  { passive: false },
);

const pointers = new Map<number, number>();
picture.addEventListener('pointerdown', (event) => {
  picture.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, event.clientX);
});
picture.addEventListener('pointermove', (event) => {
  const before = pointers.get(event.pointerId);
  if (before === undefined) return;
  const others = [...pointers].filter(([id]) => id !== event.pointerId);
  pointers.set(event.pointerId, event.clientX);
  const [other] = others;
  if (other === undefined) return move((before - event.clientX) / plot().width);
  // Two fingers: what is between them grows as they part.
  const [, fixed] = other;
  const [old, now] = [Math.abs(before - fixed), Math.abs(event.clientX - fixed)];
  if (old > 5 && now > 5) zoom(old / now, placeOf((event.clientX + fixed) / 2));
});
for (const end of ['pointerup', 'pointercancel'] as const) {
  picture.addEventListener(end, (event) => pointers.delete(event.pointerId));
}
new ResizeObserver(draw).observe(picture);
