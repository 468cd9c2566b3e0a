// One line about one signal. native/handler/signals/report.cc words it alike.
import type { SignalInfo } from './info.js';
import { unmappedUid } from './internal/unmapped-uid.js';

// What another process chose must neither end the line nor move a terminal's cursor.
function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\ufffd]/g, '?');
}

function describeUid(uid: number): string {
  return uid === unmappedUid ? `uid ${uid} (not mapped here)` : `uid ${uid}`;
}

/** A readable line that claims no more than the kernel vouches for. */
export function explain(info: SignalInfo): string {
  const { signal, code, pid, uid, origin, value, sender } = info;
  switch (origin) {
    case 'process': {
      const name = sender === undefined ? '' : ` (${harmless(sender.name)})`;
      let line = `${signal} from pid ${pid}${name} ${describeUid(uid)}, attested`;
      if (sender?.parent !== undefined) {
        line += `, parent ${sender.parent.pid}`;
        if (sender.parent.name !== undefined) line += ` (${harmless(sender.parent.name)})`;
      }
      if (sender?.cgroup !== undefined) line += `, cgroup ${harmless(sender.cgroup)}`;
      return line;
    }
    case 'claimed': {
      const now = sender === undefined ? '' : `; that pid is (${harmless(sender.name)})`;
      return `${signal} from a sender that claims pid ${pid} ${describeUid(uid)}, not attested (${code}), value ${value}${now}`;
    }
    case 'kernel':
      return `${signal} from the kernel (${code})`;
    case 'child':
      return `${signal} about child ${pid}`;
    case 'timer':
      return `${signal} from a timer, not attested (${code})`;
    case 'unknown':
      return `${signal} from an unknown sender: outside this pid namespace, or its details were lost`;
  }
}
