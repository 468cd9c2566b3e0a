import type { SignalInfo } from '../../signals/info.js';

const REPORT_MS = 1000;

/** Reports strays a line per sender and second, however many there are. */
export function strayReport(tell: (line: string) => void): {
  add(info: SignalInfo): void;
  flush(): void;
} {
  const counts = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const [sender, count] of counts) {
      tell(`${count} stray signal${count === 1 ? '' : 's'} ${sender}`);
    }
    counts.clear();
  };
  return {
    add(info) {
      const sender =
        info.origin === 'unknown'
          ? 'from an unknown sender'
          : `from pid ${info.pid} (uid ${info.uid}${info.attested ? '' : ', not attested'})`;
      counts.set(sender, (counts.get(sender) ?? 0) + 1);
      timer ??= setTimeout(flush, REPORT_MS).unref();
    },
    flush,
  };
}
