// One line about one signal. native/handler/signals/report_text.cc words it alike.
import type { SenderRelation, SignalInfo } from './info.js';
import { harmless } from './internal/harmless.js';
import { programOf } from './internal/program.js';
import { unmappedUid } from './internal/unmapped-uid.js';
import type { SignalSender } from './sender.js';

// What a process runs, in so many characters at most.
const MAX_PROGRAM = 80;
const SHORT_ID = 12; // as docker ps shows it

function describeProgram(sender: SignalSender): string {
  const characters = [...harmless(programOf(sender))];
  const shown = characters.slice(0, MAX_PROGRAM).join('');
  return characters.length > MAX_PROGRAM ? `${shown}…` : shown;
}

function describeUid(uid: number): string {
  return uid === unmappedUid ? `uid ${uid} (not mapped here)` : `uid ${uid}`;
}

const relations: Record<SenderRelation, string> = {
  self: ', this process itself',
  parent: ", this process's parent",
  init: ', init',
  ancestor: ', an ancestor of this process',
  sibling: ', a sibling of this process',
  descendant: ', a descendant of this process',
  unrelated: ', unrelated',
  outside: '',
};

function describeRelation({ relation, sender }: SignalInfo): string {
  if (relation === undefined) return '';
  if (relation !== 'descendant' || sender === undefined) return relations[relation];
  const ago = `${(Math.floor(sender.age / 100) / 10).toFixed(1)} s ago`;
  return sender.parent?.pid === process.pid
    ? `, started by this process ${ago}`
    : `${relations.descendant}, started ${ago}`;
}

function describePlace({ cgroup, unit, container, sharesCgroup }: SignalSender): string {
  if (cgroup === undefined) return '';
  const ours = sharesCgroup ? ' (ours)' : '';
  if (container !== undefined) return `, container ${container.slice(0, SHORT_ID)}${ours}`;
  if (unit !== undefined) return `, unit ${harmless(unit)}${ours}`;
  return `, cgroup ${harmless(cgroup)}${ours}`;
}

/** A readable line that claims no more than the kernel vouches for. */
export function explain(info: SignalInfo): string {
  const { signal, code, pid, uid, origin, value, sender } = info;
  switch (origin) {
    case 'process': {
      const program = sender === undefined ? '' : ` (${describeProgram(sender)})`;
      let line = `${signal} from pid ${pid}${program} ${describeUid(uid)}, attested${describeRelation(info)}`;
      if (sender === undefined) return line;
      if (sender.parent !== undefined) {
        line += `, parent ${sender.parent.pid}`;
        if (sender.parent.name !== undefined) line += ` (${harmless(sender.parent.name)})`;
      }
      return line + describePlace(sender);
    }
    case 'claimed': {
      const now =
        sender === undefined
          ? ''
          : `; that pid is (${describeProgram(sender)})${describeRelation(info)}`;
      return `${signal} from a sender that claims pid ${pid} ${describeUid(uid)}, not attested (${code}), value ${value}${now}`;
    }
    case 'kernel':
      return `${signal} from the kernel (${code})`;
    case 'child':
      return `${signal} about child ${pid}`;
    case 'timer':
      return `${signal} from a timer, not attested (${code})`;
    case 'unknown':
      return `${signal} from an unknown sender: outside this pid namespace (for pid 1 of a container: its runtime), or its details were lost`;
  }
}
