// The messages of a recording, byte-exact, from the signals that carried them; checked as their receiver checks them.
import {
  CRC_BYTES,
  FRAME_BYTES,
  frameCount,
  frameWireBytes,
  openFrame,
  openStream,
} from '../minitalk/wire/frame.js';
import type { Mode } from '../minitalk/wire/word.js';
import type { BitEvent, ControlEvent, WordEvent } from './format.js';
import { type FrameBytes, frameBytes } from './frame-bytes.js';
import type { ReadEvent, RecordedProcess, Recording } from './read.js';

export interface RecordedMessage {
  /** Whose recording has it. */
  readonly process: RecordedProcess;
  /** `in`: that process received it; `out`: it sent it. */
  readonly way: 'in' | 'out';
  /** The other process. */
  readonly pid: number;
  readonly session: number;
  /** Its number in the session, 1 to 255. */
  readonly message: number;
  readonly mode: Mode;
  /** Bytes; undefined: its offer is not in the recording. */
  readonly length: number | undefined;
  /** When it was offered, and when the last of its data came, ns. */
  readonly from: number;
  readonly to: number;
  /** DELIVERED is in the recording. */
  readonly isDelivered: boolean;
  /** All of it; undefined: something is missing, or wrong. */
  readonly data: Buffer | undefined;
  /** What is there, in order; where the length is not known, bytes of a checksum may be its last. */
  readonly pieces: readonly Piece[];
  /** Frames that are all there, and whose checksum is wrong. */
  readonly wrongFrames: readonly number[];
}

/** Bytes of a message that follow one another. */
export interface Piece {
  /** The first one's place in the message. */
  readonly at: number;
  readonly bytes: Buffer;
}

export interface RecordedMessages {
  /** In the order in which they began. */
  readonly messages: readonly RecordedMessage[];
  /** Data signals of which nobody knows where they belong: their grant was given before the recording began. */
  readonly unplaced: number;
}

type Data = ReadEvent & (BitEvent | WordEvent);
type Draft = Pick<RecordedMessage, 'process' | 'way' | 'pid' | 'session' | 'message' | 'mode'> & {
  length?: number;
  readonly from: number;
  to: number;
  isDelivered: boolean;
  readonly frames: Map<number, FrameBytes>;
};

export function messagesOf({ processes, events }: Recording): RecordedMessages {
  const drafts: Draft[] = [];
  /** One of a session is under way at a time. */
  const present = new Map<string, Draft>();
  let unplaced = 0;

  const keyOf = (event: ReadEvent & { pid: number }, way: string, session: number) =>
    [processes.indexOf(event.process), way, event.pid, session].join();

  function draftOf(
    event: ReadEvent & (ControlEvent | Data),
    session: number,
    message: number,
    mode: Mode,
  ): Draft {
    const { process, way, pid, t } = event;
    const key = keyOf(event, way, session);
    let draft = present.get(key);
    if (draft === undefined || draft.message !== message) {
      const is = { process, way, pid, session, message, mode };
      draft = { ...is, from: t, to: t, isDelivered: false, frames: new Map() };
      drafts.push(draft);
      present.set(key, draft);
    }
    return draft;
  }

  function takeData(event: Data): void {
    if (event.spare || event.error !== undefined || event.at === undefined) return;
    const { session, message, frame, at } = event;
    const mode = modeOf(event);
    const draft =
      session === undefined || message === undefined || frame === undefined
        ? undefined
        : draftOf(event, session, message, mode);
    if (draft === undefined || draft.mode !== mode) unplaced += 1;
    else if (draft.length !== undefined) put(draft, frame as number, at, event);
    // What is a checksum's can be told, and is of no use without the length.
    else putOwn(draft, frame as number, at, event);
  }

  for (const event of events) {
    switch (event.is) {
      case 'offer': {
        if (event.error !== undefined) break;
        const { session, message, mode, length } = event;
        draftOf(event, session, message as number, mode as Mode).length ??= length as number;
        break;
      }
      case 'bit':
      case 'word':
        takeData(event);
        break;
      case 'delivered': {
        const draft = present.get(keyOf(event, event.way === 'in' ? 'out' : 'in', event.session));
        if (draft !== undefined && draft.message === event.message) draft.isDelivered = true;
        break;
      }
      default:
    }
  }
  return { messages: drafts.map(finish), unplaced };
}

function modeOf(event: Data): Mode {
  if (event.is === 'bit') return 'bit';
  return event.signal === 'SIGUSR1' ? 'word' : 'burst';
}

function putOwn(draft: Draft, number: number, at: number, event: Data): void {
  if (event.byte === undefined) return;
  const own =
    event.is === 'bit' ? event : { ...event, data: event.data.slice(0, 2 * (event.bytes ?? 0)) };
  put(draft, number, at, own);
}

function put(draft: Draft, number: number, at: number, event: Data): void {
  let frame = draft.frames.get(number);
  if (frame === undefined) {
    frame = frameBytes(FRAME_BYTES[draft.mode] + CRC_BYTES);
    draft.frames.set(number, frame);
  }
  draft.to = event.t;
  if (event.is === 'bit') frame.putBit(at, event.one);
  else frame.putBytes(at, Buffer.from(event.data, 'hex'));
}

function finish(draft: Draft): RecordedMessage {
  const { frames, length, ...message } = draft;
  const numbers = [...frames.keys()].sort((a, b) => a - b);
  const wrongFrames: number[] = [];
  const bodies: Buffer[] = [];
  for (const number of length === undefined ? [] : numbers) {
    const body = bodyOf(draft, number, length as number);
    if (body === 'wrong') wrongFrames.push(number);
    else if (body !== undefined) bodies.push(body);
  }
  const isAll = length !== undefined && bodies.length === frameCount(length, draft.mode);
  return {
    ...message,
    length,
    data: isAll ? openStream(Buffer.concat(bodies), length) : undefined,
    pieces: joined(numbers.flatMap((number) => piecesOf(draft, number))),
    wrongFrames,
  };
}

function bodyOf(draft: Draft, number: number, length: number): Buffer | 'wrong' | undefined {
  const { session, message, mode, frames } = draft;
  if (number >= frameCount(length, mode)) return 'wrong';
  const wire = frames.get(number)?.whole(frameWireBytes(length, mode, number));
  return wire && (openFrame({ session, message, frame: number }, wire) ?? 'wrong');
}

/** Of a frame, what belongs to the message itself. */
function piecesOf({ frames, mode, length = Infinity }: Draft, number: number): Piece[] {
  const start = number * FRAME_BYTES[mode];
  const end = Math.min(FRAME_BYTES[mode], length - start);
  return (frames.get(number)?.known() ?? [])
    .filter(({ at }) => at < end)
    .map(({ at, bytes }) => ({ at: start + at, bytes: bytes.subarray(0, end - at) }));
}

function joined(pieces: readonly Piece[]): Piece[] {
  const groups: { at: number; end: number; all: Buffer[] }[] = [];
  for (const { at, bytes } of pieces) {
    const last = groups.at(-1);
    if (last?.end === at) {
      last.all.push(bytes);
      last.end += bytes.length;
    } else {
      groups.push({ at, end: at + bytes.length, all: [bytes] });
    }
  }
  return groups.map(({ at, all }) => ({ at, bytes: Buffer.concat(all) }));
}
