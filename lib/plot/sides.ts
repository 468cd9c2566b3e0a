// Who says what to whom: of each signal of a conversation, its client, its server, and what makes it that signal.
import type { RecordedEvent, SignalEvent } from '../recording/format.js';
import type { Kind, Mark } from './model.js';
import { grouped } from './text.js';

type Is = RecordedEvent['is'];

const clientSays: ReadonlySet<Is> = new Set<Is>([
  'bit',
  'word',
  'open',
  'offer',
  'query',
  'restart',
  'close',
]);
const serverSays: ReadonlySet<Is> = new Set<Is>([
  'ack',
  'answer',
  'welcome',
  'grant',
  'wait',
  'delivered',
  'refused',
  'closed',
]);

export interface Sides {
  readonly client: number;
  readonly server: number;
  readonly from: Mark['from'];
}

/** Undefined: it is part of no conversation. */
export type FindSides = (self: number, event: RecordedEvent) => Sides | undefined;

/** In a dialect, whoever signals first is the client: events have to come by time. */
export function sidesFinder(): FindSides {
  const firsts = new Map<string, number>();
  return (self, event) => {
    if (event.is === 'frame') return { client: event.pid, server: self, from: 'server' };
    if (!('way' in event)) return undefined;
    const [sender, receiver] = event.way === 'in' ? [event.pid, self] : [self, event.pid];
    if (clientSays.has(event.is)) return { client: sender, server: receiver, from: 'client' };
    if (serverSays.has(event.is)) return { client: receiver, server: sender, from: 'server' };
    if (event.is !== 'step') return undefined;
    const both = `${Math.min(sender, receiver)} ${Math.max(sender, receiver)}`;
    const client = firsts.get(both) ?? sender;
    firsts.set(both, client);
    return client === sender
      ? { client, server: receiver, from: 'client' }
      : { client, server: sender, from: 'server' };
  };
}

/** Where in a message data belong: the same when they are sent again. */
export function placeOf(event: SignalEvent): string | undefined {
  if (event.is !== 'bit' && event.is !== 'word') return undefined;
  const { session, message, grant, frame, at } = event;
  return `${session} ${message ?? `grant ${grant}`} ${frame} ${at}`;
}

export function kindOf(event: SignalEvent, from: Mark['from']): Kind {
  switch (event.is) {
    case 'bit':
    case 'word':
      return 'data';
    case 'step':
      return from === 'client' ? 'data' : 'ack';
    case 'ack':
    case 'answer':
      return event.is;
    case 'query':
      return 'question';
    default:
      return 'control';
  }
}

/** What stands beside its arrow. */
export function labelOf(event: SignalEvent): string {
  switch (event.is) {
    case 'bit':
      return `${event.signal}: ${event.one}`;
    case 'word':
      return `${event.signal}: ${event.data.length / 2} bytes`;
    case 'ack':
      return `ACK ${event.count}`;
    case 'query':
      return 'QUERY';
    case 'answer':
      return `ANSWER ${event.count}`;
    case 'offer':
      return event.length === undefined ? 'OFFER' : `OFFER ${grouped(event.length)} bytes`;
    case 'step':
    case 'signal':
      return event.signal;
    default:
      return event.is.toUpperCase();
  }
}

/** The value that its waveform shows. */
export function levelOf(event: SignalEvent): 0 | 1 | undefined {
  if (event.is === 'bit') return event.one;
  if (event.is !== 'step') return undefined;
  return event.signal === 'SIGUSR2' ? 1 : event.signal === 'SIGUSR1' ? 0 : undefined;
}
