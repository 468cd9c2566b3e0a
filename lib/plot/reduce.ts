// A recording, made small enough to be carried along: what is too much to be kept signal by signal is summed up.
import {
  beginOf,
  type Conversation,
  type Mark,
  type Message,
  type Model,
  type Stranger,
  type Unit,
} from './model.js';
import { MOST_SAID } from './summary.js';
import { shortened } from './text.js';

/** Signals that are kept one by one. */
export const MOST_MARKS = 10_000;
const MOST_CONVERSATIONS = 20;
const MOST_STRANGERS = 2000;
const MOST_UNITS = 1000;
const MOST_MESSAGES = 300;
/** What is summed up stands for so many parts of the time. */
const PARTS = 2000;
const MOST_TEXT = 40;

/** What is between `from` and `to`. */
export function reduced(model: Model, from: number, to: number): Model {
  const all = model.conversations
    .map((each) => cut(each, from, to))
    .filter(({ marks }) => marks.length > 0);
  const conversations = all.slice(0, MOST_CONVERSATIONS);
  const total = conversations.reduce(
    (sum, { marks, units }) => sum + marks.length + units.length,
    0,
  );
  const part = Math.max(1, (to - from) / PARTS);
  const strangers = model.strangers.filter(({ at }) => at >= from && at <= to);
  return {
    recorded: model.recorded,
    from,
    to,
    conversations:
      total <= MOST_MARKS
        ? conversations
        : conversations.map((each) => summedUp(each, from, to, part * conversations.length)),
    strangers: strangers.length <= MOST_STRANGERS ? strangers : merged(strangers, from, part),
    omitted: all.length - conversations.length,
  };
}

function cut(conversation: Conversation, from: number, to: number): Conversation {
  const isIn = (each: { from: number; to: number }) => each.to >= from && each.from <= to;
  return {
    ...conversation,
    messages: conversation.messages.map((message) => ({
      ...message,
      text: shortened(message.text, MOST_SAID),
    })),
    marks: conversation.marks.filter((mark) => mark.at >= from && beginOf(mark) <= to),
    units: conversation.units.filter(isIn),
  };
}

function summedUp(
  conversation: Conversation,
  from: number,
  to: number,
  part: number,
): Conversation {
  const data = new Array<number>(Math.ceil((to - from) / part) || 1).fill(0);
  const all = data.slice();
  const words = data.slice();
  const add = (counts: number[], time: number): void => {
    const place = Math.floor(((time - from) / Math.max(1, to - from)) * counts.length);
    const own = Math.max(0, Math.min(counts.length - 1, place));
    counts[own] = (counts[own] as number) + 1;
  };
  for (const { is, at, one } of conversation.marks) {
    add(all, at);
    if (is === 'data') add(data, at);
    if (is === 'data' && one === undefined) add(words, at);
  }
  for (const unit of conversation.units) add(all, unit.from);
  const { messages } = conversation;
  const together = Math.ceil(messages.length / MOST_MESSAGES);
  const units = conversation.units.map((unit) => ({
    ...unit,
    message: Math.floor(unit.message / together),
  }));
  return {
    ...conversation,
    messages: groups(messages, together),
    marks: exceptions(conversation.marks, from, part),
    units: runs(units, Math.max(part, (to - from) / MOST_UNITS)),
    columns: { from, to, data, words, all },
  };
}

/** Those that matter one by one; those of one kind in one part of the time are one. */
function exceptions(marks: readonly Mark[], from: number, part: number): Mark[] {
  const found = new Map<string, { mark: Mark; count: number }>();
  for (const mark of marks) {
    const isPlain = mark.fate === 'taken' && (mark.is === 'data' || mark.is === 'ack');
    if (isPlain || mark.is === 'answer' || mark.is === 'event') continue;
    const key = `${mark.is} ${mark.fate} ${mark.from} ${Math.floor((mark.at - from) / part / 4)}`;
    const same = found.get(key);
    if (same === undefined) found.set(key, { mark, count: 1 });
    else same.count++;
  }
  return [...found.values()].map(({ mark, count }) =>
    count === 1 ? mark : { ...mark, many: count },
  );
}

/** Each `together` of them as one. */
function groups(messages: readonly Message[], together: number): Message[] {
  const found: Message[] = [];
  messages.forEach((message, i) => {
    const last = found[Math.floor(i / together)];
    if (last === undefined) {
      found.push(message);
      return;
    }
    found[found.length - 1] = {
      ...last,
      text: '',
      to: Math.max(last.to, message.to),
      length: last.length + message.length,
      many: (last.many ?? 1) + 1,
    };
  });
  return found;
}

function runs(units: readonly Unit[], part: number): Unit[] {
  const found: Unit[] = [];
  for (const unit of units) {
    const last = found[found.length - 1];
    const isOne =
      last !== undefined &&
      last.message === unit.message &&
      unit.from >= last.from &&
      unit.to - last.from < part;
    if (!isOne) found.push(unit);
    else {
      const text = shortened(last.text + unit.text, MOST_TEXT);
      const check = last.check && unit.check;
      found[found.length - 1] = { ...last, to: Math.max(last.to, unit.to), text, hex: ' ', check };
    }
  }
  return found;
}

function merged(strangers: readonly Stranger[], from: number, part: number): Stranger[] {
  const found = new Map<string, Stranger>();
  for (const each of strangers) {
    const key = `${each.pid} ${each.signal} ${each.fate} ${Math.floor((each.at - from) / part)}`;
    const same = found.get(key);
    found.set(key, same === undefined ? each : { ...same, count: same.count + each.count });
  }
  return [...found.values()].slice(0, MOST_STRANGERS);
}
