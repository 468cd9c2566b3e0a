// When a command is told to end.
import { SENT_TWICE_MS } from '../../signals/internal/sent-twice.js';
import { ENDING_SIGNALS, type EndingSignal, keepIgnored } from './ignored-signals.js';

/** Calls `end` with each of them, but not where it was ignored at the start, and not with one sent twice. */
export function onEndingSignals(end: (signal: EndingSignal) => void): void {
  const ignored = keepIgnored();
  for (const signal of ENDING_SIGNALS) {
    const hear = unlessSentTwice(() => end(signal));
    if (!ignored.has(signal)) process.on(signal, hear);
  }
}

/** npm passes on what a terminal has sent both: its sender is another one, and nobody tells us who it was. */
function unlessSentTwice(end: () => void): () => void {
  let heard = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - heard >= SENT_TWICE_MS) end();
    heard = now;
  };
}
