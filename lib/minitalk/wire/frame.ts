// Frames: docs/protocol.md, section 3.
import { crc32 } from './crc.js';
import type { Mode } from './word.js';

/** Bytes of the stream in one frame. */
export const FRAME_BYTES: Record<Mode, number> = { bit: 1024, word: 65_536, burst: 262_144 };
/** A frame's or a message's checksum. */
export const CRC_BYTES = 4;

/** The stream of a message: its bytes and, where they need several frames, their checksum. */
function streamLength(messageLength: number, mode: Mode): number {
  return messageLength > FRAME_BYTES[mode] ? messageLength + CRC_BYTES : messageLength;
}

export function frameCount(messageLength: number, mode: Mode): number {
  return Math.max(1, Math.ceil(streamLength(messageLength, mode) / FRAME_BYTES[mode]));
}

/** Bytes on the wire of one frame, its checksum included. */
export function frameWireBytes(messageLength: number, mode: Mode, frame: number): number {
  const most = FRAME_BYTES[mode];
  return Math.min(most, streamLength(messageLength, mode) - frame * most) + CRC_BYTES;
}

/** What a frame's checksum covers besides its bytes: where it belongs. */
export interface FramePlace {
  readonly session: number;
  readonly message: number;
  readonly frame: number;
}

function frameCrc(place: FramePlace, bytes: Uint8Array): number {
  const head = Buffer.allocUnsafe(12);
  head.writeUInt32BE(place.session, 0);
  head.writeUInt32BE(place.message, 4);
  head.writeUInt32BE(place.frame, 8);
  return crc32(bytes, crc32(head));
}

export interface OutgoingMessage {
  readonly length: number;
  readonly mode: Mode;
  readonly wireFrame: (place: FramePlace) => Buffer;
}

export function outgoingMessage(data: Uint8Array, mode: Mode): OutgoingMessage {
  const crc = Buffer.allocUnsafe(CRC_BYTES);
  crc.writeUInt32BE(crc32(data));
  return {
    length: data.byteLength,
    mode,
    wireFrame(place) {
      const start = place.frame * FRAME_BYTES[mode];
      const end = start + FRAME_BYTES[mode];
      const wire = Buffer.allocUnsafe(frameWireBytes(data.byteLength, mode, place.frame));
      const body = wire.subarray(0, wire.length - CRC_BYTES);
      const taken = data.subarray(start, end);
      body.set(taken);
      // The stream's last bytes may begin in this frame or in the one before.
      const crcStart = Math.max(0, start - data.byteLength);
      body.set(crc.subarray(crcStart, crcStart + body.length - taken.length), taken.length);
      wire.writeUInt32BE(frameCrc(place, body), body.length);
      return wire;
    },
  };
}

/** A frame's bytes if its checksum is right. */
export function openFrame(place: FramePlace, wire: Buffer): Buffer | undefined {
  const body = wire.subarray(0, wire.length - CRC_BYTES);
  return wire.readUInt32BE(body.length) === frameCrc(place, body) ? body : undefined;
}

/** The message of `length` bytes in a whole stream of checked frames, if its checksum is right. */
export function openStream(stream: Buffer, length: number): Buffer | undefined {
  if (stream.length === length) return stream;
  const data = stream.subarray(0, stream.length - CRC_BYTES);
  return stream.readUInt32BE(data.length) === crc32(data) ? data : undefined;
}
