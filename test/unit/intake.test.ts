// How a frame of bits is seen whole, and what is kept of it; the bits themselves the addon puts
// together: test/core/bits_test.cc.
import { IncomingMessage } from '../../lib/minitalk/server/incoming.js';
import { bitIntake } from '../../lib/minitalk/server/intake/bits.js';
import type { RecordBatch } from '../../lib/signals/internal/record.js';

/** The addon's memory, with so many bits of `bytes` in it. */
function memoryOf(bytes: Buffer) {
  const memory = {
    count: 0,
    restored: undefined as Buffer | undefined,
    copy: (out: Buffer) => void bytes.copy(out),
    restore(beginning: Buffer) {
      memory.restored = Buffer.from(beginning);
    },
    bitCount: () => memory.count,
    isWhole: () => true,
  };
  return memory;
}

/** Each record a ms after the one before, with the uid of its number. */
const batch = {
  time: (i: number) => BigInt(i) * 1_000_000n,
  uid: (i: number) => i,
} as unknown as RecordBatch;

test('a frame of bits is whole with its last one, and its own when the next one comes', () => {
  const wire = Buffer.from('fffffffffe', 'hex');
  const memory = memoryOf(wire);
  const intake = bitIntake(memory);
  intake.begin(new IncomingMessage(1, 1, 'bit')); // and 4 bytes of checksum
  memory.count = 39;
  expect(intake.whole()).toBeUndefined();
  memory.count = 40;
  const whole = intake.whole();
  wire.fill(0);
  expect(whole).toEqual(Buffer.from('fffffffffe', 'hex'));
});

test('a frame of bits begins with none, or with those that were kept of it', () => {
  const memory = memoryOf(Buffer.alloc(0));
  const message = new IncomingMessage(1, 0, 'bit');
  const intake = bitIntake(memory);
  intake.begin(message);
  expect(memory.restored).toEqual(Buffer.alloc(4));
  message.keep({ count: 10, bytes: Buffer.from('ffc0', 'hex') });
  intake.begin(message);
  expect(memory.restored).toEqual(Buffer.from('ffc00000', 'hex'));
});

test('a frame of bits is its message from the first bit to the last', () => {
  const message = new IncomingMessage(1, 1, 'bit');
  const intake = bitIntake(memoryOf(Buffer.alloc(0)));
  intake.begin(message);
  intake.take(batch, 7);
  intake.take(batch, 100);
  expect([message.uid, message.durationMs]).toEqual([7, 93]);
});

test('of the bits behind the part that is kept nothing is', () => {
  const memory = memoryOf(Buffer.from('ffffffff', 'hex'));
  const intake = bitIntake(memory);
  intake.begin(new IncomingMessage(1, 0, 'bit'));
  memory.count = 30;
  for (const [count, bytes] of [
    [0, ''],
    [1, '80'],
    [8, 'ff'],
    [10, 'ffc0'],
    [15, 'fffe'],
    [16, 'ffff'],
  ] as const) {
    // What comes next may be a 0.
    expect(intake.part(count)).toEqual({ count, bytes: Buffer.from(bytes, 'hex') });
  }
});

test('a part of a frame of bits is kept only where all that was counted is here', () => {
  const memory = memoryOf(Buffer.from('ffffffff', 'hex'));
  const intake = bitIntake(memory);
  intake.begin(new IncomingMessage(1, 0, 'bit'));
  memory.count = 10;
  expect(intake.part(10)).toEqual({ count: 10, bytes: Buffer.from('ffc0', 'hex') });
  expect(intake.part(11)).toBeUndefined();
});
