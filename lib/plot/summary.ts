// A recording in words: the picture's title, its description, and what its heading says.
import { beginOf, type Conversation, eachColumn, type Model, type Recorded } from './model.js';
import { counted, shortened } from './text.js';
import { duration } from './time.js';

export interface Counts {
  senders: number;
  messages: number;
  bits: number;
  words: number;
  questions: number;
  lost: number;
  again: number;
  spare: number;
  strangers: number;
  unrecorded: number;
}

/** Of what is between `from` and `to`. */
export function count(model: Model, from: number, to: number): Counts {
  const counts: Counts = {
    senders: 0,
    messages: 0,
    bits: 0,
    words: 0,
    questions: 0,
    lost: 0,
    again: 0,
    spare: 0,
    strangers: 0,
    unrecorded: 0,
  };
  for (const conversation of model.conversations) {
    const before = counts.bits + counts.words + counts.questions;
    countMarks(counts, conversation, from, to);
    if (counts.bits + counts.words + counts.questions > before) counts.senders++;
    for (const message of conversation.messages) {
      if (message.to >= from && message.from <= to) counts.messages += message.many ?? 1;
    }
  }
  for (const { at, fate, count: many } of model.strangers) {
    if (at < from || at > to) continue;
    if (fate === 'unrecorded') counts.unrecorded += many;
    else counts.strangers += many;
  }
  return counts;
}

function countMarks(counts: Counts, { marks, columns }: Conversation, from: number, to: number) {
  for (const mark of marks) {
    if (beginOf(mark) > to || mark.at < from) continue;
    const { is, fate, one, many = 1 } = mark;
    // Those that are summed up are in the columns.
    if (is === 'data' && columns === undefined) counts[one === undefined ? 'words' : 'bits']++;
    if (is === 'question') counts.questions += many;
    if (fate === 'lost' || fate === 'failed') counts.lost += many;
    if (fate === 'again') counts.again += many;
    if (fate === 'spare') counts.spare += many;
  }
  let data = 0;
  let words = 0;
  eachColumn(columns, from, to, (many, _begin, _end, ofWords) => {
    data += many;
    words += ofWords;
  });
  counts.words += Math.round(words);
  counts.bits += Math.round(data - words);
}

/** `2 senders · 3 messages · 612 bits · 1 lost · 45.2 ms` */
export function inNumbers(counts: Counts, length: number): string {
  const parts = [
    counts.senders > 0 ? counted(counts.senders, 'sender') : '',
    counts.messages > 0 ? counted(counts.messages, 'message') : '',
    counts.bits > 0 ? counted(counts.bits, 'bit') : '',
    counts.words > 0 ? counted(counts.words, 'data word') : '',
    counts.questions > 0 ? counted(counts.questions, 'question') : '',
    counts.lost > 0 ? `${counts.lost} lost` : '',
    counts.again > 0 ? `${counts.again} sent again` : '',
    counts.spare > 0 ? `${counts.spare} not counted` : '',
    counts.strangers > 0
      ? counted(counts.strangers, counts.senders > 0 ? 'other signal' : 'signal')
      : '',
    counts.unrecorded > 0 ? `${counts.unrecorded} not recorded` : '',
    duration(length),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** `minitalk server (pid 4242) and minitalk client (pid 4712)` */
export function whose(recorded: readonly Recorded[]): string {
  const names = [...new Set(recorded.map(({ pid, command }) => `${command} (pid ${pid})`))];
  const shown = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} more`] : names;
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

/** Characters of a message, in the description. */
export const MOST_SAID = 80;

/** Sentences for whoever does not see the picture. */
export function description(model: Model, from: number, to: number): string {
  const counts = count(model, from, to);
  const sentences = [`${inNumbers(counts, to - from)}.`];
  const MOST = 10;
  const said = model.conversations.flatMap(({ client, messages }) =>
    messages
      .filter((message) => message.to >= from && message.from <= to)
      .map(({ number, length, text, many = 1 }) =>
        many > 1
          ? `Process ${client} sent ${counted(many, 'message')}, ${counted(length, 'byte')}.`
          : `Process ${client} sent message ${number}, ${counted(length, 'byte')}: “${shortened(text, MOST_SAID)}”.`,
      ),
  );
  sentences.push(...said.slice(0, MOST));
  if (said.length > MOST) sentences.push(`And ${counted(said.length - MOST, 'more message')}.`);
  return sentences.join(' ');
}

/** `pid 4712 → pid 4242 · message 2 · 14 bytes` */
export function titleOf(conversation: Conversation, from: number, to: number): string {
  const { client, server, messages, isDialect, lanes } = conversation;
  const shown = messages.filter((message) => message.to >= from && message.from <= to);
  const parts = [`pid ${client} → pid ${server}`];
  const [only] = shown;
  const many = shown.reduce((sum, message) => sum + (message.many ?? 1), 0);
  if (many === 1 && only !== undefined) {
    parts.push(`message ${only.number}`, counted(only.length, 'byte'));
  } else if (many > 1) {
    const bytes = shown.reduce((sum, { length }) => sum + length, 0);
    parts.push(counted(many, 'message'), counted(bytes, 'byte'));
  }
  if (isDialect) parts.push('a dialect');
  if (lanes > 0) parts.push(counted(lanes, 'lane'));
  return parts.join(' · ');
}
