// Signals to and from one stranger, by this process: it must be in the stranger's pid namespace, or that sees pid 0.
import type { Signal } from '../../../dialects/dialect.js';
import type { SignalInfo } from '../../../signals/info.js';
import { harmlessSignals } from '../../../signals/internal/watchable.js';
import { watch } from '../../../signals/watcher.js';
import type { Stranger } from '../stranger.js';

const LAST_MS = 20;

export interface Correspondence {
  /** SIGUSR1 and SIGUSR2 from the stranger, in their order. */
  readonly received: readonly Signal[];
  /** Names of all others that came from it. */
  readonly others: ReadonlySet<string>;
  send(signal: Signal): void;
  /** Whether more than `count` have come within `ms`; false at once when the stranger ends. */
  more(count: number, ms: number): Promise<boolean>;
  close(): void;
}

/** @param react is told of each as it comes */
export function correspondWith(
  stranger: () => Stranger | undefined,
  react: (signal: Signal, i: number) => void = () => {},
): Correspondence {
  const received: Signal[] = [];
  const others = new Set<string>();
  const waiting = new Set<() => void>();
  const watcher = watch(harmlessSignals(), { after: 'stop' });
  watcher.on('signal', (info: SignalInfo) => {
    const from = stranger();
    // Of its end the kernel tells, in its name.
    if (from === undefined || info.pid !== from.pid || info.origin === 'child') return;
    if (info.signal === 'SIGUSR1' || info.signal === 'SIGUSR2') {
      const signal = info.signal === 'SIGUSR1' ? 1 : 2;
      received.push(signal);
      react(signal, received.length - 1);
      for (const look of waiting) look();
    } else {
      others.add(info.signal);
    }
  });
  return {
    received,
    others,
    send: (signal) => stranger()?.signal(signal === 1 ? 'SIGUSR1' : 'SIGUSR2'),
    async more(count, ms) {
      if (received.length > count) return true;
      let look = () => {};
      await new Promise<void>((resolve) => {
        look = () => {
          if (received.length > count) resolve();
        };
        waiting.add(look);
        // What it sent last may come to the event loop behind its end.
        void stranger()?.closed.then(() => setTimeout(resolve, LAST_MS));
        setTimeout(resolve, ms);
      });
      waiting.delete(look);
      return received.length > count;
    },
    close: () => watcher.close(),
  };
}
