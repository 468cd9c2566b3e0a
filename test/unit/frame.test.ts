import fc from 'fast-check';
import {
  FRAME_BYTES as FRAME_SIZES,
  frameCount,
  frameWireBytes,
  openFrame,
  openStream,
  outgoingMessage,
} from '../../lib/minitalk/wire/frame.js';
import type { Mode } from '../../lib/minitalk/wire/word.js';

const FRAME_BYTES = FRAME_SIZES.bit;

const messages = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc.uint8Array({ maxLength: 3 * FRAME_BYTES, size: 'max' }),
  // Around a frame's end, where the message's checksum is cut in two.
  fc
    .integer({ min: 2 * FRAME_BYTES - 6, max: 2 * FRAME_BYTES + 2 })
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
);

test('a message cut into frames and put together again is the same', () => {
  fc.assert(
    fc.property(messages, (data) => {
      const message = outgoingMessage(data, 'bit');
      const bodies: Buffer[] = [];
      for (let frame = 0; frame < frameCount(data.length, 'bit'); frame += 1) {
        const place = { session: 77, message: 3, frame };
        const wire = message.wireFrame(place);
        expect(wire.length).toBe(frameWireBytes(data.length, 'bit', frame));
        const body = openFrame(place, wire);
        expect(body).toBeDefined();
        bodies.push(Buffer.from(body as Buffer));
      }
      expect(openStream(Buffer.concat(bodies), data.length)).toEqual(Buffer.from(data));
    }),
    { numRuns: 60 },
  );
});

test('a frame with any one bit changed is refused', () => {
  const place = { session: 1, message: 2, frame: 0 };
  const wire = outgoingMessage(Buffer.from('hello'), 'bit').wireFrame(place);
  for (let bit = 0; bit < wire.length * 8; bit += 1) {
    const broken = Buffer.from(wire);
    broken[bit >> 3] = (broken[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(openFrame(place, broken)).toBeUndefined();
  }
});

test.each([
  { session: 2, message: 2, frame: 0 },
  { session: 1, message: 3, frame: 0 },
  { session: 1, message: 2, frame: 1 },
])('a frame that belongs elsewhere is refused at %o', (place) => {
  const wire = outgoingMessage(Buffer.from('hello'), 'bit').wireFrame({
    session: 1,
    message: 2,
    frame: 0,
  });
  expect(openFrame(place, wire)).toBeUndefined();
});

test.each(['bit', 'word', 'burst'] as const)(
  'a message of one frame has the frame’s checksum only, and one of none is a frame too, in %s mode',
  (mode) => {
    for (const length of [0, 1, FRAME_SIZES[mode]]) {
      expect(frameCount(length, mode)).toBe(1);
      expect(frameWireBytes(length, mode, 0)).toBe(length + 4);
    }
    expect(frameCount(FRAME_SIZES[mode] + 1, mode)).toBe(2);
  },
);

test.each(['word', 'burst'] as const)('messages are cut at their frames in %s mode', (mode) => {
  const most = FRAME_SIZES[mode];
  for (const length of [most - 1, most, most + 1, 2 * most - 4, 2 * most - 3, 2 * most]) {
    const data = Buffer.alloc(length, 'minitalk ');
    const message = outgoingMessage(data, mode);
    const frames = Array.from({ length: frameCount(length, mode) }, (_, frame) => ({
      session: 7,
      message: 1,
      frame,
    }));
    expect(frames.length).toBe(length <= most ? 1 : Math.ceil((length + 4) / most));
    const bodies = frames.map((place) => {
      const wire = message.wireFrame(place);
      expect(wire.length).toBe(frameWireBytes(length, mode, place.frame));
      return openFrame(place, wire) as Buffer;
    });
    // Not toEqual, which takes seconds for so many bytes.
    expect(openStream(Buffer.concat(bodies), length)?.equals(data)).toBe(true);
  }
});

test('a message of several frames with any one byte changed is refused', () => {
  const data = Buffer.alloc(FRAME_BYTES + 10, 'minitalk ');
  const message = outgoingMessage(data, 'bit');
  const bodies = [0, 1].map((frame) => {
    const place = { session: 1, message: 2, frame };
    return openFrame(place, message.wireFrame(place)) as Buffer;
  });
  const stream = Buffer.concat(bodies);
  expect(openStream(stream, data.length)).toEqual(data);
  for (let at = 0; at < stream.length; at += 97) {
    const broken = Buffer.from(stream);
    broken[at] = (broken[at] as number) ^ 1;
    expect(openStream(broken, data.length)).toBeUndefined();
  }
});

test('a frame holds 1,024 bytes in bit mode, 65,536 in word mode, 262,144 in burst mode', () => {
  for (const [mode, bytes] of Object.entries({ bit: 1024, word: 65_536, burst: 262_144 })) {
    expect(frameCount(bytes, mode as Mode)).toBe(1);
    expect(frameCount(bytes + 1, mode as Mode)).toBe(2);
    expect(frameWireBytes(bytes, mode as Mode, 0)).toBe(bytes + 4);
  }
});
