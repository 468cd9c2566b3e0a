// How far a long send is: a bar on a terminal, a line now and then elsewhere.
import type { Progress } from '../../minitalk/client/client-options.js';
import { monotonicMs } from '../../signals/internal/clock.js';
import { shortDuration } from './duration.js';
import { canDraw, drawLine, endLine, say } from './standard-error.js';

/** `auto`: on a terminal, when the sending takes long. */
export type ShowProgress = 'auto' | 'always' | 'never';

// A short send is over before anybody could read a bar.
const SHOW_AFTER_MS = 500;
const DRAW_EVERY_MS = 100;
const SAY_EVERY_MS = 1000;

const USUAL_COLUMNS = 80;
const LONGEST_BAR = 40;
const SHORTEST_BAR = 8;

/** Shows what it is told on standard error. */
export function sendProgress(show: ShowProgress): {
  update(progress: Progress): void;
  stop(): void;
} {
  if (show === 'never') return { update() {}, stop() {} };
  let isDrawn: boolean | undefined; // not known before it matters: to open standard error takes a short send's time
  const start = monotonicMs();
  let next = start + (show === 'auto' ? SHOW_AFTER_MS : 0);
  let isShown = false;
  let unshown: Progress | undefined;
  const print = (progress: Progress, now: number) => {
    isShown = true;
    unshown = undefined;
    if (isDrawn) drawLine(progressLine(progress, now - start, columns()));
    else say(facts(progress, now - start).join(', '));
  };
  return {
    update(progress) {
      if (progress.total === 0) return;
      unshown = progress;
      const now = monotonicMs();
      if (now < next) return;
      isDrawn ??= canDraw();
      if (show === 'auto' && !isDrawn) return;
      next = now + (isDrawn ? DRAW_EVERY_MS : SAY_EVERY_MS);
      print(progress, now);
    },
    stop() {
      if (isShown && unshown !== undefined) print(unshown, monotonicMs());
      if (isDrawn) endLine();
      unshown = undefined;
    },
  };
}

/** The last column stays empty: some terminals go to the next line when it is written. */
function columns(): number {
  return (process.stderr.columns || USUAL_COLUMNS) - 1;
}

/** A bar and as many of the facts as there is room for. */
export function progressLine(progress: Progress, elapsedMs: number, columns: number): string {
  const shown = facts(progress, elapsedMs);
  while (shown.length > 1 && shown.join(' | ').length > columns) shown.pop();
  const text = shown.join(' | ');
  const length = Math.min(LONGEST_BAR, columns - text.length - '[] '.length);
  if (length < SHORTEST_BAR) return text.slice(0, columns);
  const done = Math.floor((length * progress.sent) / progress.total);
  return `[${'#'.repeat(done).padEnd(length, '.')}] ${text}`;
}

/** The most important first. */
function facts({ sent, total }: Progress, elapsedMs: number): string[] {
  const percent = `${Math.floor((100 * sent) / total)}%`.padStart('100%'.length);
  const bytes = `${sent}/${total} bytes`;
  if (sent === 0 || elapsedMs <= 0) return [percent, bytes];
  const leftMs = (elapsedMs / sent) * (total - sent);
  const left = shortDuration(Math.ceil(leftMs / 1000) * 1000); // 0 when it is done, not before
  return [percent, bytes, `${((sent * 8) / elapsedMs).toFixed(1)} kbit/s`, `${left} left`];
}
