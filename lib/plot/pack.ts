// A model as JSON that is short: times as differences, words as numbers.
import type { Conversation, Fate, Kind, Mark, Model, Unit } from './model.js';

const kinds: readonly Kind[] = ['data', 'ack', 'question', 'answer', 'control', 'event'];
const fates: readonly Fate[] = ['taken', 'again', 'lost', 'spare', 'failed'];

type PackedMark = readonly [
  since: number,
  delay: number | null,
  code: number,
  lane: number,
  label: number,
  many?: number,
];
type PackedUnit = readonly [since: number, length: number, text: string, hex: string, code: number];

interface PackedConversation extends Omit<Conversation, 'marks' | 'units'> {
  readonly labels: readonly string[];
  readonly marks: readonly PackedMark[];
  readonly units: readonly PackedUnit[];
}

export interface Packed extends Omit<Model, 'conversations'> {
  readonly conversations: readonly PackedConversation[];
}

export function packed(model: Model): Packed {
  return { ...model, conversations: model.conversations.map(packedConversation) };
}

export function unpacked(model: Packed): Model {
  return { ...model, conversations: model.conversations.map(unpackedConversation) };
}

function packedConversation(conversation: Conversation): PackedConversation {
  const labels = new Map<string, number>();
  const index = (label: string): number => {
    const known = labels.get(label) ?? labels.size;
    labels.set(label, known);
    return known;
  };
  let last = 0;
  const marks = conversation.marks.map((mark): PackedMark => {
    const since = mark.at - last;
    last = mark.at;
    const delay = mark.sent === undefined ? null : mark.at - mark.sent;
    const many: readonly [number?] = mark.many === undefined ? [] : [mark.many];
    return [since, delay, codeOf(mark), mark.lane ?? -1, index(mark.label), ...many];
  });
  last = 0;
  const units = conversation.units.map((unit): PackedUnit => {
    const since = unit.from - last;
    last = unit.from;
    const code = unit.message * 2 + Number(unit.check);
    return [since, Math.round(unit.to - unit.from), unit.text, unit.hex, code];
  });
  return { ...conversation, labels: [...labels.keys()], marks, units };
}

function unpackedConversation({ labels, marks, units, ...rest }: PackedConversation): Conversation {
  let at = 0;
  let from = 0;
  return {
    ...rest,
    marks: marks.map(([since, delay, code, lane, label, many]) => {
      at += since;
      return {
        ...decoded(code),
        at,
        ...(delay !== null && { sent: at - delay }),
        ...(lane >= 0 && { lane }),
        label: labels[label] ?? '',
        ...(many !== undefined && { many }),
      };
    }),
    units: units.map(([since, length, text, hex, code]): Unit => {
      from += since;
      const check = code % 2 === 1;
      // How many bytes it has is in its message's length.
      return { from, to: from + length, text, hex, check, bytes: 0, message: code >> 1 };
    }),
  };
}

function codeOf({ is, fate, from, one }: Mark): number {
  const level = one === undefined ? 2 : one;
  return (
    ((kinds.indexOf(is) * 5 + fates.indexOf(fate)) * 2 + Number(from === 'client')) * 3 + level
  );
}

function decoded(code: number): Pick<Mark, 'is' | 'fate' | 'from' | 'one'> {
  const level = code % 3;
  const rest = Math.floor(code / 3);
  const both = Math.floor(rest / 2);
  return {
    is: kinds[Math.floor(both / 5)] ?? 'control',
    fate: fates[both % 5] ?? 'taken',
    from: rest % 2 === 1 ? 'client' : 'server',
    ...(level < 2 && { one: level as 0 | 1 }),
  };
}
