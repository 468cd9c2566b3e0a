import type { SingleBar } from 'cli-progress';
import type { Progress } from '../../minitalk/client/client-options.js';
import { monotonicMs } from '../../signals/internal/clock.js';
import { guardStandardError } from './standard-error.js';

// A short send is over before anybody could read a bar.
const SHOW_AFTER_MS = 500;

/** A bar with rate and time left on stderr, for long sends on a terminal. */
export function sendProgress(wanted: boolean): { update(progress: Progress): void; stop(): void } {
  if (!wanted) return { update() {}, stop() {} };
  let bar: SingleBar | undefined;
  const start = monotonicMs();
  return {
    update({ sent, total }) {
      const elapsed = monotonicMs() - start;
      if (elapsed < SHOW_AFTER_MS || total === 0 || !process.stderr.isTTY) return;
      bar ??= startBar(total);
      bar.update(sent, { rate: ((sent * 8) / elapsed).toFixed(1) });
    },
    stop() {
      bar?.stop();
      bar = undefined;
    },
  };
}

function startBar(total: number): SingleBar {
  guardStandardError();
  // Loaded for a bar only: it costs a short send's start-up.
  const { SingleBar, Presets } = require('cli-progress') as typeof import('cli-progress');
  const bar = new SingleBar(
    {
      format: '{bar} {percentage}% | {value}/{total} bytes | {rate} kbit/s | {eta_formatted} left',
      stream: process.stderr,
      etaBuffer: 100,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { rate: '0' });
  return bar;
}
