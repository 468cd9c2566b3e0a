import type { SignalInfo } from '../../signals/info.js';

const REPORT_MS = 1000;
/** A sender's pid can be made up, so that there is no end of them. */
const MOST_SENDERS = 16;

/** Reports strays a line per sender and second, however many there are, the last ones together. */
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
      const isOneMore = !counts.has(sender) && counts.size >= MOST_SENDERS;
      const whose = isOneMore ? 'from others' : sender;
      counts.set(whose, (counts.get(whose) ?? 0) + 1);
      timer ??= setTimeout(flush, REPORT_MS).unref();
    },
    flush,
  };
}
