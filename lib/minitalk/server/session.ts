// A server's memory of one client: docs/protocol.md, section 4.
import type { ProcessHandle } from '../../signals/process-handle.js';
import {
  CRC_BYTES,
  FRAME_BYTES,
  frameCount,
  frameWireBytes,
  openFrame,
  openStream,
} from '../wire/frame.js';
import type { Mode } from '../wire/word.js';

export interface Session {
  readonly id: number;
  readonly nonce: number;
  readonly thread: number;
  readonly uid: number;
  readonly process: ProcessHandle;
  /** The message in progress. */
  message: IncomingMessage | undefined;
  /** How the last message ended, for repeated questions. No earlier one: message numbers come again. */
  outcome: Outcome | undefined;
  /** The number of its last grant; -1: none yet. */
  lastGrant: number;
  /** performance.now() of the last sign of life. */
  lastHeard: number;
}

/** `reason` is that of a REFUSED word; undefined: delivered. */
export interface Outcome {
  readonly message: number;
  readonly reason?: number;
}

export interface IncomingMessage {
  readonly number: number;
  readonly length: number;
  readonly mode: Mode;
  readonly frames: number;
  /** The frame awaited. */
  frame: number;
  readonly bodies: Buffer[];
  /** When its first bit was taken, or for data words its first frame granted; then the last, ns. */
  firstBit: bigint | undefined;
  lastBit: bigint;
  /** The uid that the kernel vouched for with the first bit; for data words it does not. */
  uid: number | undefined;
  /** 'withdrawn': it had the grant and made nothing of it; queued again by its OFFER. */
  state: 'queued' | 'granted' | 'withdrawn' | 'delivering';
}

export function incomingMessage(number: number, length: number, mode: Mode): IncomingMessage {
  return {
    number,
    length,
    mode,
    frames: frameCount(length, mode),
    frame: 0,
    bodies: [],
    firstBit: undefined,
    lastBit: 0n,
    uid: undefined,
    state: 'queued',
  };
}

export function awaitedWireBytes(message: IncomingMessage): number {
  return frameWireBytes(message.length, message.mode, message.frame);
}

/** Takes the awaited frame, and keeps it; false when its checksum fails. */
export function takeFrame(session: Session, message: IncomingMessage, wire: Buffer): boolean {
  const place = { session: session.id, message: message.number, frame: message.frame };
  const body = openFrame(place, wire);
  if (body === undefined) return false;
  message.bodies.push(body);
  message.frame += 1;
  return true;
}

export function isWhole(message: IncomingMessage): boolean {
  return message.frame === message.frames;
}

/** The verified message; undefined when its checksum fails. */
export function wholeMessage(message: IncomingMessage): Buffer | undefined {
  return openStream(Buffer.concat(message.bodies), message.length);
}

/** Bytes of the message in verified frames. */
export function verifiedBytes(message: IncomingMessage): number {
  const total = message.bodies.reduce((sum, body) => sum + body.length, 0);
  return Math.min(total, message.length);
}

/** From the first data signal to the last, ms. */
export function durationMs(message: IncomingMessage): number {
  return message.firstBit === undefined ? 0 : Number(message.lastBit - message.firstBit) / 1e6;
}

/** The biggest frame of this mode on the wire. */
export function maxWireBytes(mode: Mode): number {
  return FRAME_BYTES[mode] + CRC_BYTES;
}
