// A picture of a time of a recording: a row group for each sender, the axis, the legend.
import { axisRow } from './axis-row.js';
import { boxes } from './boxes.js';
import type { Scene } from './canvas.js';
import { type Times, timesOf } from './choose.js';
import { density } from './density.js';
import { type Frame, frameOf, paragraph } from './frame.js';
import { type Part, partWithRoom } from './hint.js';
import { legend } from './legend.js';
import {
  beginOf,
  type Conversation,
  eachColumn,
  type Mark,
  type Model,
  type Stranger,
} from './model.js';
import { occupied } from './occupied.js';
import { isBanded, rails } from './rails.js';
import { raster } from './raster.js';
import { axis, type Break, findBreaks } from './scale.js';
import { strangers } from './strangers.js';
import { count, description, inNumbers, titleOf, whose } from './summary.js';
import { counted } from './text.js';
import { isBit, waveform } from './waveform.js';

export interface View {
  /** ns */
  readonly from: number;
  readonly to: number;
  /** px */
  readonly width: number;
  /** Those of the whole recording, where more than one picture is made of it. */
  readonly breaks?: readonly Break[];
  /**
   * How single signals are to be seen; there is nothing more to be seen without it.
   * @param part finds a time of which a picture shows each; undefined: there is none
   */
  readonly hint?: (part: () => Part | undefined) => string;
}

/** How many senders have rows of their own. */
const MOST_CONVERSATIONS = 10;
const MOST_STRANGERS = 6;
/** In a raster there is room for more than in a line. */
const MOST_CELLS = 4000;
const GAP = 14;

/** Where the axis is to be broken. */
export function breaksOf(model: Model, from: number, to: number): Break[] {
  return findBreaks(eventTimes(model, from, to));
}

function eventTimes(
  { conversations, strangers: others }: Model,
  from: number,
  to: number,
): Float64Array {
  const times: number[] = [];
  const add = (time: number): void => {
    if (time >= from && time <= to) times.push(time);
  };
  for (const { marks, columns } of conversations) {
    for (const mark of marks) {
      add(mark.at);
      if (mark.sent !== undefined) add(mark.sent);
    }
    eachColumn(columns, from, to, (_, begin, end) => {
      add(begin);
      add(end);
    });
  }
  for (const { at } of others) add(at);
  add(from);
  add(to);
  return Float64Array.from(times).sort();
}

export function sceneOf(model: Model, view: View): Scene {
  const { from, to } = view;
  const along = axis(from, to, view.breaks ?? breaksOf(model, from, to));
  const frame = frameOf(along, view.width);
  const shown = shownOf(model, view);
  const others = bySender(model.strangers.filter(({ at }) => at >= from && at <= to));

  let y = heading(frame, model, from, to);
  const dense = shown.find((each) => isSummedUp(frame, each));
  if (dense !== undefined && view.hint) {
    const { marks } = shown.find((each) => each.marks.some(isLost)) ?? dense;
    const hint = view.hint(() => partWithRoom(marks, (times) => hasRoom(model, times, view.width)));
    y += paragraph(frame, y - 4, hint.split(' '), ' ', { size: 12 }) + 7;
  }
  const top = y;
  for (const { conversation, marks } of shown.slice(0, MOST_CONVERSATIONS)) {
    y += conversationRows(frame, conversation, marks, y) + GAP;
  }
  const hidden = shown.slice(MOST_CONVERSATIONS).length + (model.omitted ?? 0);
  y += more(frame, hidden, 'more sender', 'more senders', y);
  for (const own of others.slice(0, MOST_STRANGERS)) y += strangers(frame, own, y) + GAP;
  y += more(
    frame,
    others.slice(MOST_STRANGERS).length,
    'more process of no conversation',
    'more processes of no conversation',
    y,
  );
  const { height, behind } = axisRow(frame, top, y);
  y += height;
  y += legend(frame, y);
  return {
    width: view.width,
    height: Math.ceil(y + 6),
    title: `Signals of ${whose(model.recorded)}`,
    description: description(model, from, to),
    shapes: [...behind, ...frame.shapes],
  };
}

interface Shown {
  readonly conversation: Conversation;
  readonly marks: readonly Mark[];
}

function shownOf({ conversations }: Model, { from, to }: Times): Shown[] {
  return conversations
    .map((conversation) => ({ conversation, marks: within(conversation.marks, from, to) }))
    .filter(({ marks, conversation }) => marks.length > 0 || hasColumns(conversation, from, to));
}

function isSummedUp(frame: Frame, { conversation, marks }: Shown): boolean {
  return isBanded(frame, marks, conversation.columns) || isDense(frame, marks, conversation);
}

/** Whether a picture of that time shows each signal. */
function hasRoom(model: Model, wanted: Times, width: number): boolean {
  const times = timesOf(model, wanted.from, wanted.to);
  if (times === undefined) return false;
  const { from, to } = times;
  const frame = frameOf(axis(from, to, breaksOf(model, from, to)), width);
  return !shownOf(model, times).some((each) => isSummedUp(frame, each));
}

function isLost({ fate }: Mark): boolean {
  return fate === 'lost';
}

function within(marks: readonly Mark[], from: number, to: number): Mark[] {
  return marks.filter((mark) => mark.at >= from && beginOf(mark) <= to);
}

function hasColumns({ columns }: Conversation, from: number, to: number): boolean {
  return columns !== undefined && columns.to >= from && columns.from <= to;
}

function bySender(own: readonly Stranger[]): Stranger[][] {
  const found = new Map<string, Stranger[]>();
  for (const each of own) {
    const key = `${each.pid} ${each.fate === 'unrecorded'}`;
    const same = found.get(key);
    if (same === undefined) found.set(key, [each]);
    else same.push(each);
  }
  return [...found.values()];
}

/** @returns its end */
function heading(frame: Frame, model: Model, from: number, to: number): number {
  const title = `Signals of ${whose(model.recorded)}`.split(' ');
  const numbers = inNumbers(count(model, from, to), to - from).split(' · ');
  let y = 8;
  y += paragraph(frame, y, title, ' ', { size: 16, isBold: true });
  y += paragraph(frame, y + 3, numbers, ' · ', { size: 12, colour: 'quiet' });
  return y + 12;
}

function conversationRows(
  frame: Frame,
  conversation: Conversation,
  marks: readonly Mark[],
  y: number,
): number {
  const { from, to } = frame.axis;
  const title = titleOf(conversation, from, to).split(' · ');
  let at = y + paragraph(frame, y, title, ' · ', { size: 13, isBold: true });
  at += rails(frame, marks, conversation.columns, at) + 6;
  const hasBits = marks.some(isBit);
  if (isDense(frame, marks, conversation)) {
    at += density(frame, marks, conversation.columns, at);
  } else if (conversation.lanes > 0) at += raster(frame, marks, conversation.lanes, at);
  else if (hasBits) at += waveform(frame, marks, at);
  at += boxes(frame, conversation.units, at);
  return at - y;
}

/** Whether its data have no room to be told apart. */
function isDense(frame: Frame, marks: readonly Mark[], { lanes, columns }: Conversation): boolean {
  if (columns !== undefined) return true;
  const data = marks.filter(({ is }) => is === 'data');
  const runs = occupied(frame, data, undefined);
  const pixels = runs.reduce((sum, { from, to }) => sum + to - from, 0);
  // By lanes, those of a round lie above one another.
  return lanes > 0
    ? data.length > MOST_CELLS || data.length > pixels * lanes * 0.3
    : data.length > pixels;
}

function more(frame: Frame, many: number, one: string, others: string, y: number): number {
  if (many === 0) return 0;
  return paragraph(frame, y, [`and ${counted(many, one, others)}`], '', {
    size: 12,
    colour: 'quiet',
  });
}
