// From events to what is to be seen.
import type { RecordedEvent, SignalEvent } from '../recording/format.js';
import { pairsOf } from '../recording/pairs.js';
import type { ReadEvent, Recording } from '../recording/read.js';
import { type Assembly, assembly } from './bytes.js';
import {
  beginOf,
  type Conversation,
  type Fate,
  type Mark,
  type Message,
  type Model,
  type Stranger,
  type Unit,
} from './model.js';
import { kindOf, labelOf, levelOf, placeOf, type Sides, sidesFinder } from './sides.js';

/** What is kept of a message's text. */
const MOST_TEXT = 2000;

/** A conversation, while it is put together. */
interface Draft {
  readonly client: number;
  readonly server: number;
  readonly found: Found[];
  /** Where nobody recorded the receiver: the mark of each place's data. */
  readonly places: Map<string, Found>;
  isDialect: boolean;
}

interface Found {
  mark: Mark;
  readonly event?: SignalEvent;
}

/** From when to when a process was recorded, and whether all of it is there. */
interface Span {
  readonly from: number;
  to: number;
  isWhole: boolean;
}

export function build(recording: Recording): Model {
  const { processes, events } = recording;
  const spans = spansOf(events);
  const pairs = pairsOf(recording);
  const arrived = new Set<RecordedEvent>(pairs.values());
  const drafts = new Map<string, Draft>();
  const strangers: Stranger[] = [];
  const findSides = sidesFinder();
  for (const event of events) {
    const { pid } = event.process;
    const sides = findSides(pid, event);
    if (sides === undefined) strangers.push(...strangerOf(event, pid));
    // One that was sent and handled is a mark of when it was handled.
    else if (!arrived.has(event)) addTo(draftOf(drafts, sides), sides, event, pairs, spans);
  }
  const conversations = [...drafts.values()].map(conversationOf);
  return { recorded: processes, ...extent(conversations, strangers), conversations, strangers };
}

function spansOf(events: readonly ReadEvent[]): Map<number, Span> {
  const spans = new Map<number, Span>();
  for (const { process, t, is } of events) {
    const span = spans.get(process.pid) ?? { from: t, to: t, isWhole: true };
    spans.set(process.pid, span);
    span.to = t;
    if (is === 'unrecorded') span.isWhole = false;
  }
  return spans;
}

function strangerOf(event: RecordedEvent, self: number): Stranger[] {
  const { t: at } = event;
  if (event.is === 'unrecorded') {
    return [{ at, pid: self, signal: '', fate: 'unrecorded', count: event.count }];
  }
  if (event.is !== 'signal' || event.way === 'out') return [];
  const fate = event.late ? 'late' : event.stray ? 'stray' : 'other';
  return [{ at, pid: event.pid, signal: event.signal, fate, count: 1 }];
}

function draftOf(drafts: Map<string, Draft>, { client, server }: Sides): Draft {
  const key = `${client} ${server}`;
  let draft = drafts.get(key);
  if (draft === undefined) {
    draft = { client, server, found: [], places: new Map(), isDialect: false };
    drafts.set(key, draft);
  }
  return draft;
}

function addTo(
  draft: Draft,
  { from }: Sides,
  event: RecordedEvent,
  pairs: ReadonlyMap<RecordedEvent, SignalEvent>,
  spans: ReadonlyMap<number, Span>,
): void {
  if (event.is === 'frame') {
    const label = `frame ${event.frame} taken`;
    draft.found.push({ mark: { at: event.t, from, is: 'event', fate: 'taken', label } });
    return;
  }
  if (!('way' in event)) return;
  if (event.is === 'step') draft.isDialect = true;
  if (event.way === 'in') {
    const origin = pairs.get(event);
    const mark = markOf(event, from, fateOf(event, origin), origin?.t);
    draft.found.push({ mark, event });
    return;
  }
  const receiver = spans.get(event.pid);
  const found: Found = { mark: markOf(event, from, fateOfSent(event, receiver), event.t), event };
  draft.found.push(found);
  const place = receiver === undefined ? placeOf(event) : undefined;
  if (place === undefined) return;
  // That it was sent again tells what became of it.
  const before = draft.places.get(place);
  if (before !== undefined && isAgain(event)) before.mark = { ...before.mark, fate: 'lost' };
  draft.places.set(place, found);
}

/** Of a signal that its receiver's recording does not have. */
function fateOfSent(event: SignalEvent, receiver: Span | undefined): Fate {
  if (event.error !== undefined) return 'failed';
  const isSeen = receiver?.isWhole === true && event.t >= receiver.from && event.t <= receiver.to;
  return isSeen ? 'lost' : fateOf(event);
}

function conversationOf({ client, server, isDialect, found }: Draft): Conversation {
  found.sort((a, b) => beginOf(a.mark) - beginOf(b.mark) || a.mark.at - b.mark.at);
  let lanes = 0;
  for (const { mark } of found) lanes = Math.max(lanes, (mark.lane ?? -1) + 1);
  const marks = found.map(({ mark }) => mark);
  return { client, server, isDialect, lanes, marks, ...contentOf(found) };
}

function markOf(event: SignalEvent, from: Mark['from'], fate: Fate, sent?: number): Mark {
  const one = levelOf(event);
  const lane = event.is === 'bit' || event.is === 'word' ? event.lane : undefined;
  return {
    at: event.t,
    ...(sent !== undefined && { sent }),
    from,
    is: kindOf(event, from),
    fate,
    ...(one !== undefined && { one }),
    ...(lane !== undefined && { lane }),
    label: labelOf(event),
  };
}

function fateOf(event: SignalEvent, sent?: SignalEvent): Fate {
  if (event.is !== 'bit' && event.is !== 'word') return 'taken';
  if (event.spare) return 'spare';
  return isAgain(event) || isAgain(sent) ? 'again' : 'taken';
}

function isAgain(event: SignalEvent | undefined): boolean {
  return (event?.is === 'bit' || event?.is === 'word') && event.again === true;
}

/** A message, while it is put together. */
interface Content {
  number: number;
  from: number;
  to: number;
  /** When its offer came, or what there is first of it; and its last data. */
  readonly begin: number;
  end: number;
  length?: number | undefined;
  mode?: string | undefined;
  readonly bytes: Assembly;
}

function contentOf(found: readonly Found[]): Pick<Conversation, 'messages' | 'units'> {
  const contents: Content[] = [];
  /** Of each session the last one: numbers come again after 255. */
  const present = new Map<unknown, Content>();
  for (const { mark, event } of found) {
    if (event === undefined || !('message' in event) || !event.message) continue;
    const session = event['session'];
    const isData = event.is === 'bit' || event.is === 'word';
    let content = present.get(session);
    if (content?.number !== event.message) {
      if (!isData && event.is !== 'offer') continue;
      const { at } = mark;
      const from = beginOf(mark);
      content = { number: event.message, from, to: at, begin: at, end: at, bytes: assembly() };
      contents.push(content);
      present.set(session, content);
    }
    content.to = Math.max(content.to, mark.at);
    if (event.is === 'offer') {
      content.length ??= event.length;
      content.mode ??= event.mode;
    }
    if (!isData) continue;
    content.mode ??= modeOf(event);
    const isTaken = mark.fate === 'taken' || mark.fate === 'again';
    if (!isTaken) continue;
    content.end = Math.max(content.end, mark.at);
    content.bytes.add(event, mark.at, mark.sent);
  }
  const units: Unit[] = [];
  const messages: Message[] = [];
  for (const { number, from, to, begin, end, length, mode, bytes } of contents) {
    const own = bytes.units(length);
    const plain = own.filter(({ check }) => !check);
    messages.push({
      number,
      from,
      to,
      length: length ?? plain.reduce((sum, unit) => sum + unit.bytes, 0),
      mode: mode ?? '',
      text: textFrom(plain),
      took: end - begin,
    });
    for (const unit of own) units.push({ ...unit, message: messages.length - 1 });
  }
  return { messages, units };
}

function modeOf(event: SignalEvent): string {
  if (event.is === 'bit') return 'bit';
  return event.signal === 'SIGUSR1' ? 'word' : 'burst';
}

function textFrom(units: readonly Pick<Unit, 'text'>[]): string {
  let text = '';
  for (const unit of units) {
    if (text.length > MOST_TEXT) return `${text.slice(0, MOST_TEXT)}…`;
    text += unit.text;
  }
  return text;
}

function extent(
  conversations: readonly Conversation[],
  strangers: readonly Stranger[],
): Pick<Model, 'from' | 'to'> {
  let from = Infinity;
  let to = -Infinity;
  for (const { marks } of conversations) {
    for (const mark of marks) {
      from = Math.min(from, beginOf(mark));
      to = Math.max(to, mark.at);
    }
  }
  for (const { at } of strangers) {
    from = Math.min(from, at);
    to = Math.max(to, at);
  }
  return from <= to ? { from, to } : { from: 0, to: 0 };
}
