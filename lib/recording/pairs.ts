// Which signal that was sent is which that was captured, where both sides were recorded.
import type { SignalEvent } from './format.js';
import type { ReadEvent, Recording } from './read.js';

export type ReadSignal = ReadEvent & SignalEvent;

/** For each that was captured, the one that was sent, as far as that is recorded. */
export function pairsOf({ processes, events }: Recording): Map<ReadSignal, ReadSignal> {
  const pairs = new Map<ReadSignal, ReadSignal>();
  const recorded = new Set(processes.map(({ pid }) => pid));
  /** Those that were sent, look alike, and have no other side yet. */
  const waiting = new Map<string, ReadSignal[]>();
  for (const event of events) {
    if (!('way' in event) || event.error !== undefined || !recorded.has(event.pid)) continue;
    const key = keyOf(event);
    const alike = waiting.get(key) ?? [];
    waiting.set(key, alike);
    if (event.way === 'out') {
      // One that was sent again was dropped before; realtime signals queue.
      if (!event.signal.startsWith('SIGRT')) alike.length = 0;
      alike.push(event);
    } else {
      const origin = alike.shift();
      if (origin !== undefined) pairs.set(event, origin);
    }
  }
  return pairs;
}

/** The same of both sides. */
function keyOf(event: ReadSignal): string {
  const [from, to] =
    event.way === 'out' ? [event.process.pid, event.pid] : [event.pid, event.process.pid];
  return [from, to, event.is, event.signal, ...detailsOf(event)].join();
}

function detailsOf(event: ReadSignal): readonly unknown[] {
  switch (event.is) {
    case 'bit':
      return [event.session, event.grant, event.at, event.one];
    case 'word':
      return [event.session, event.grant, event.at, event.data];
    case 'ack':
      return [event.session, event.grant, event.count];
    case 'query':
      return [event.session, event.grant, event.question, event.thread];
    case 'answer':
      return [event.session, event.grant, event.question, event.count];
    case 'step':
      return [];
    case 'signal':
      return [event.value];
    default:
      return [event.session, event.message, event.grant];
  }
}
