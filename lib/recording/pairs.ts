// Which signal that was sent is which that was captured, where both sides were recorded.
import type { SignalEvent } from './format.js';
import type { ReadEvent, Recording } from './read.js';

export type ReadSignal = ReadEvent & SignalEvent;

/** Of a standard signal: what may be pending for it. A slot holds one, and drops what is sent meanwhile. */
type Slot = ReadSignal[];

/** For each that was captured, the one that was sent, as far as that is recorded. */
export function pairsOf({ processes, events }: Recording): Map<ReadSignal, ReadSignal> {
  const recorded = new Set(processes.map(({ pid }) => pid));
  const pairs = new Map<ReadSignal, ReadSignal>();
  const slots = new Map<string, Slot>();
  /** Of realtime signals, which queue, those that are not captured yet. */
  const queues = new Map<string, ReadSignal[]>();
  /** The last one of its kind that seems to have been dropped. */
  const dropped = new Map<string, ReadSignal>();

  function takeFrom(slot: Slot, event: ReadSignal): ReadSignal | undefined {
    const key = keyOf(event);
    const origin = slot.find((sent) => keyOf(sent) === key);
    // The slot is free now: all else that was sent before has found it taken.
    for (const sent of slot.splice(0)) {
      if (sent !== origin) dropped.set(keyOf(sent), sent);
    }
    return origin;
  }

  /** A sender's time is from before its system call: it may have been held up in between. */
  function takeDropped(event: ReadSignal): ReadSignal | undefined {
    const origin = dropped.get(keyOf(event));
    dropped.delete(keyOf(event));
    return origin;
  }

  for (const event of events) {
    if (!('way' in event) || event.error !== undefined) continue;
    const isStandard = !event.signal.startsWith('SIGRT');
    if (event.way === 'out') {
      if (!recorded.has(event.pid)) continue;
      const waiting = isStandard
        ? entryOf(slots, slotOf(event.pid, event.thread, event.signal))
        : entryOf(queues, keyOf(event));
      if (isStandard && isData(event)) drop(waiting, event);
      waiting.push(event);
      continue;
    }
    const origin = isStandard
      ? (slotsOf(event)
          .map((slot) => takeFrom(entryOf(slots, slot), event))
          .find((sent) => sent !== undefined) ?? takeDropped(event))
      : entryOf(queues, keyOf(event)).shift();
    if (origin !== undefined) pairs.set(event, origin);
  }
  return pairs;
}

function entryOf(lists: Map<string, ReadSignal[]>, key: string): ReadSignal[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

/** Data are sent again when the receiver has said that it does not have them. */
function drop(waiting: ReadSignal[], event: ReadSignal): void {
  const before = waiting.findIndex((sent) => keyOf(sent) === keyOf(event));
  if (before >= 0) waiting.splice(before, 1);
}

function isData({ is }: ReadSignal): boolean {
  return is === 'bit' || is === 'word';
}

function slotOf(pid: number, thread: number | undefined, signal: string): string {
  return [pid, thread ?? 'process', signal].join();
}

/** Which a captured one has left: its thread's, or its process's. */
function slotsOf({ process, thread, signal, code, ...event }: ReadSignal): string[] {
  const ofThread = slotOf(process.pid, thread, signal);
  const ofProcess = slotOf(process.pid, undefined, signal);
  if (code === 'SI_TKILL') return [ofThread];
  // A queued one can have been sent to either; one of a conversation is sent to a thread.
  if (code === 'SI_QUEUE') return event.is === 'signal' ? [] : [ofThread];
  return [ofProcess];
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
