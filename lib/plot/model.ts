// What is to be seen of a recording: conversations, with each signal's two ends where both are known.

export interface Recorded {
  readonly pid: number;
  readonly command: string;
}

/** What became of a signal. `again`: sent, or taken, once more; `spare`: captured and not counted. */
export type Fate = 'taken' | 'again' | 'lost' | 'spare' | 'failed';

export interface Mark {
  /** ns: when it was handled; where nobody recorded that, when it had been sent. */
  readonly at: number;
  /** ns: when it had been sent, if it was recorded. */
  readonly sent?: number;
  /** From the client, who sends data; or to it. */
  readonly from: 'client' | 'server';
  readonly is: Kind;
  readonly fate: Fate;
  readonly one?: 0 | 1;
  readonly lane?: number;
  /** In a word or two. */
  readonly label: string;
  /** How many of its kind it stands for; 1 unless told. */
  readonly many?: number;
}

/** `data` are bits, data words and a dialect's steps; `event` is no signal: the loop has a frame. */
export type Kind = 'data' | 'ack' | 'question' | 'answer' | 'control' | 'event';

/** One character, or a byte that is none, and when its bits came. */
export interface Unit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly hex: string;
  /** Of a checksum. */
  readonly check: boolean;
  readonly bytes: number;
  /** Its place among the conversation's messages. */
  readonly message: number;
}

export interface Message {
  readonly number: number;
  readonly from: number;
  readonly to: number;
  /** Bytes, by its offer or what was seen. */
  readonly length: number;
  readonly mode: string;
  /** Its bytes as one line, or the beginning of it. */
  readonly text: string;
  /** ns, from its offer to the last of its data. */
  readonly took: number;
  /** How many messages it stands for; 1 unless told. */
  readonly many?: number;
}

export interface Conversation {
  readonly client: number;
  readonly server: number;
  /** By time. */
  readonly marks: readonly Mark[];
  readonly units: readonly Unit[];
  readonly messages: readonly Message[];
  /** How many; 0: none is known. */
  readonly lanes: number;
  /** Of another minitalk's dialect. */
  readonly isDialect: boolean;
  /** Where single signals were too many to be kept: how many came when. */
  readonly columns?: Columns;
}

export interface Columns {
  readonly from: number;
  readonly to: number;
  /** Bits and data words. */
  readonly data: readonly number[];
  /** Of those, the data words. */
  readonly words: readonly number[];
  /** Of those and all that belongs to them: what a page would have to carry. */
  readonly all: readonly number[];
}

/** A signal that is no part of a conversation. */
export interface Stranger {
  readonly at: number;
  readonly pid: number;
  readonly signal: string;
  /** stray: on a signal that carries a conversation; late: it looks like data of one that is over. */
  readonly fate: 'stray' | 'late' | 'other' | 'unrecorded';
  /** How many, of `unrecorded`. */
  readonly count: number;
}

export interface Model {
  readonly recorded: readonly Recorded[];
  /** ns: what there is to see. */
  readonly from: number;
  readonly to: number;
  readonly conversations: readonly Conversation[];
  readonly strangers: readonly Stranger[];
  /** Senders that are left out, where there are too many. */
  readonly omitted?: number;
}

/** When something of it shows first. */
export function beginOf(mark: Mark): number {
  return Math.min(mark.sent ?? mark.at, mark.at);
}

/** Calls `take` with each of the columns between `from` and `to` in which there is something; of the first and the last one with the share that is. */
export function eachColumn(
  columns: Columns | undefined,
  from: number,
  to: number,
  take: (count: number, begin: number, end: number, words: number) => void,
): void {
  if (columns === undefined) return;
  const width = (columns.to - columns.from) / columns.data.length;
  columns.data.forEach((count, i) => {
    const own = columns.from + i * width;
    const [begin, end] = [Math.max(own, from), Math.min(own + width, to)];
    if (count === 0 || begin > end) return;
    const share = width > 0 ? (end - begin) / width : 1;
    take(count * share, begin, end, (columns.words[i] ?? 0) * share);
  });
}
