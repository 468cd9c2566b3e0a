// A message on its way in, and what is told of it.
import { IncomingMessage } from '../../lib/minitalk/server/incoming.js';
import { wordIntake } from '../../lib/minitalk/server/intake/words.js';
import { partialOf, wholeMessageOf } from '../../lib/minitalk/server/message.js';
import type { Session } from '../../lib/minitalk/server/session.js';
import { CRC_BYTES, FRAME_BYTES, outgoingMessage } from '../../lib/minitalk/wire/frame.js';
import type { Mode } from '../../lib/minitalk/wire/word.js';
import type { RecordBatch } from '../../lib/signals/internal/record.js';

const SESSION = 9;
const session = { process: { pid: 1234 }, uid: 1000 } as Session;

/** The message, and its frames on the wire. */
function messageOf(data: Buffer, mode: Mode = 'bit') {
  const incoming = new IncomingMessage(1, data.length, mode);
  const outgoing = outgoingMessage(data, mode);
  const wire = (frame: number) => outgoing.wireFrame({ session: SESSION, message: 1, frame });
  return { incoming, wire };
}

test('a message is whole with its last frame', () => {
  const data = Buffer.alloc(FRAME_BYTES.bit + 1, 'x');
  const { incoming, wire } = messageOf(data);
  expect([incoming.frame, incoming.awaitedBytes, incoming.isWhole]).toEqual([
    0,
    FRAME_BYTES.bit + CRC_BYTES,
    false,
  ]);
  incoming.takeFrame(SESSION, wire(0));
  expect([incoming.frame, incoming.isWhole, incoming.verifiedBytes]).toEqual([
    1,
    false,
    FRAME_BYTES.bit,
  ]);
  incoming.takeFrame(SESSION, wire(1));
  expect(incoming.isWhole).toBe(true);
  expect(incoming.data()).toEqual(data);
  // The stream's checksum is none of the message's bytes.
  expect(incoming.verifiedBytes).toBe(data.length);
});

test('a frame whose checksum fails stays awaited, and nothing of it is kept', () => {
  const { incoming, wire } = messageOf(Buffer.from('hello'));
  const damaged = wire(0);
  damaged[0] = 0;
  incoming.keep({ count: 3, bytes: Buffer.alloc(1) });
  incoming.takeFrame(SESSION, damaged);
  expect([incoming.frame, incoming.isWhole, incoming.part]).toEqual([0, false, undefined]);
  incoming.takeFrame(SESSION, wire(0));
  expect(incoming.data()?.toString()).toBe('hello');
});

test('it takes from its first data signal to its last', () => {
  const { incoming } = messageOf(Buffer.from('hello'));
  incoming.ends(9_000_000n);
  expect(incoming.durationMs).toBe(0); // it never began
  incoming.begins(2_000_000n, 1001);
  incoming.begins(5_000_000n, 1002);
  incoming.ends(8_000_000n);
  expect([incoming.durationMs, incoming.uid]).toEqual([6, 1001]);
});

test('the uid of bits is attested, that of data words is what was looked up', () => {
  const { incoming } = messageOf(Buffer.from('hello'));
  incoming.begins(1n);
  const claimed = wholeMessageOf(session, incoming, Buffer.from('hello'));
  expect(claimed.sender).toEqual({ pid: 1234, uid: 1000, attested: false });
  const { incoming: bits } = messageOf(Buffer.from('hello'));
  bits.begins(1n, 1001);
  expect(wholeMessageOf(session, bits, Buffer.from('hello')).sender).toEqual({
    pid: 1234,
    uid: 1001,
    attested: true,
  });
});

test('text is there for UTF-8 alone, with its byte order mark', () => {
  const textOf = (data: Buffer) => wholeMessageOf(session, messageOf(data).incoming, data).text;
  expect(textOf(Buffer.from('grüße'))).toBe('grüße');
  expect(textOf(Buffer.from('\ufeffhello'))).toBe('\ufeffhello');
  expect(textOf(Buffer.from([0xff, 0x41]))).toBeUndefined();
});

test('a partial message tells what came and what was announced', () => {
  const data = Buffer.alloc(FRAME_BYTES.bit + 10, 'x');
  const { incoming, wire } = messageOf(data);
  incoming.takeFrame(SESSION, wire(0));
  expect(partialOf(session, incoming, 'died')).toEqual({
    sender: { pid: 1234, uid: 1000, attested: false },
    bytes: FRAME_BYTES.bit,
    expected: data.length,
    reason: 'died',
  });
});

describe('a frame of data words', () => {
  const batch = { time: () => 7_000_000n } as unknown as RecordBatch;
  const memory = { copy: jest.fn(), restore: jest.fn(), bitCount: () => 0, isWhole: () => true };
  beforeEach(() => jest.clearAllMocks());

  test('is whole with the record of its last word, and copied then', () => {
    const { incoming, wire } = messageOf(Buffer.from('hello'), 'word');
    memory.copy.mockImplementation((bytes: Buffer) => wire(0).copy(bytes));
    const intake = wordIntake(memory);
    intake.begin(incoming);
    expect(intake.whole()).toBeUndefined();
    intake.take(batch, 0);
    expect(intake.whole()).toEqual(wire(0));
    expect(memory.restore).not.toHaveBeenCalled();
    // The next one's last word has not come.
    intake.begin(incoming);
    expect(intake.whole()).toBeUndefined();
  });

  test('by lanes is not whole with the record of any of its last words', () => {
    const { incoming, wire } = messageOf(Buffer.from('hello'), 'word');
    memory.copy.mockImplementation((bytes: Buffer) => wire(0).copy(bytes));
    let isWhole = false;
    const intake = wordIntake({ ...memory, isWhole: () => isWhole });
    intake.begin(incoming);
    intake.take(batch, 0);
    expect(intake.whole()).toBeUndefined();
    expect(memory.copy).not.toHaveBeenCalled();
    isWhole = true;
    expect(intake.whole()).toEqual(wire(0));
  });

  test('takes from its grant to its last word', () => {
    const { incoming } = messageOf(Buffer.from('hello'), 'word');
    const intake = wordIntake(memory);
    const before = process.hrtime.bigint();
    intake.begin(incoming);
    intake.take({ time: () => before + 3_600_000_000_000n } as unknown as RecordBatch, 0);
    expect(incoming.durationMs).toBeGreaterThan(3_000_000);
    expect(incoming.durationMs).toBeLessThanOrEqual(3_600_000);
  });

  test('goes on where its beginning was kept', () => {
    const { incoming } = messageOf(Buffer.alloc(1000, 'x'), 'word');
    memory.copy.mockImplementation((bytes: Buffer) => bytes.fill('k'));
    const intake = wordIntake(memory);
    intake.begin(incoming);
    // Of 24 bytes a word at most, but of the frame.
    expect(intake.part(2)).toEqual({ count: 2, bytes: Buffer.alloc(48, 'k') });
    const part = intake.part(100);
    expect(part).toEqual({ count: 100, bytes: Buffer.alloc(1004, 'k') });
    incoming.keep(part);
    intake.begin(incoming);
    expect(memory.restore.mock.calls).toEqual([[part?.bytes]]);
  });
});
