// Words and frames.
const frame = 'lib/minitalk/wire/frame.ts';
const crc = 'lib/minitalk/wire/crc.ts';
const place = 'lib/minitalk/wire/place.ts';
const word = 'lib/minitalk/wire/word.ts';

module.exports = [
  {
    rule: '[3.1] a message of several frames has a checksum',
    edits: [
      [
        frame,
        'messageLength > FRAME_BYTES[mode] ? messageLength + CRC_BYTES : messageLength',
        'messageLength',
      ],
    ],
    test: ['unit/frame', 'messages are cut at their frames in word mode'],
  },
  {
    rule: '[3.1] a message that fills a frame has no checksum of its own',
    edits: [[frame, 'messageLength > FRAME_BYTES[mode] ?', 'messageLength >= FRAME_BYTES[mode] ?']],
    test: ['unit/frame', 'a message of one frame has the frame’s checksum only, and one of'],
  },
  {
    rule: '[3.3] an empty message has one frame',
    edits: [[frame, 'Math.max(1, Math.ceil', 'Math.max(0, Math.ceil']],
    test: ['unit/frame', 'a message of one frame has the frame’s checksum only, and one of'],
  },
  {
    rule: '[3.2] a frame of bits has 1,024 bytes',
    edits: [[frame, 'bit: 1024', 'bit: 1020']],
    test: ['unit/frame', 'a frame holds 1,024 bytes in bit mode, 65,536 in word mode,'],
  },
  {
    rule: '[3.2] a frame of words has 65,536 bytes',
    edits: [[frame, 'word: 65_536', 'word: 65_528']],
    test: ['unit/frame', 'a frame holds 1,024 bytes in bit mode, 65,536 in word mode,'],
  },
  {
    rule: '[3.2] a frame of bursts has 262,144 bytes',
    edits: [[frame, 'burst: 262_144', 'burst: 262_136']],
    test: ['unit/frame', 'a frame holds 1,024 bytes in bit mode, 65,536 in word mode,'],
  },
  {
    rule: '[3.2] the last frame is shorter',
    edits: [
      [
        frame,
        'Math.min(most, streamLength(messageLength, mode) - frame * most) + CRC_BYTES',
        'most + CRC_BYTES',
      ],
    ],
    test: ['unit/frame', 'a message cut into frames and put together again bit by bit is'],
  },
  {
    rule: '[3.4] a checksum covers the session',
    edits: [[frame, 'head.writeUInt32BE(place.session, 0);', 'head.writeUInt32BE(0, 0);']],
    test: ['unit/frame', 'a frame that belongs elsewhere is refused at { session: 2,'],
  },
  {
    rule: '[3.4] a checksum covers the message',
    edits: [[frame, 'head.writeUInt32BE(place.message, 4);', 'head.writeUInt32BE(0, 4);']],
    test: ['unit/frame', 'a frame that belongs elsewhere is refused at { session: 1,'],
  },
  {
    rule: '[3.4] a checksum covers the frame',
    edits: [[frame, 'head.writeUInt32BE(place.frame, 8);', 'head.writeUInt32BE(0, 8);']],
    test: ['unit/frame', 'a frame that belongs elsewhere is refused at { session: 1,'],
  },
  {
    rule: '[3.4] a checksum covers the bytes',
    edits: [[frame, 'return crc32(bytes, crc32(head));', 'return crc32(head);']],
    test: ['unit/frame', 'a frame with any one bit changed is refused'],
  },
  {
    rule: 'a short checksum goes on from an earlier one',
    edits: [[crc, 'let crc = ~before;', 'let crc = ~0;']],
    test: ['unit/crc', 'the checksum of 1024 bytes'],
  },
  {
    rule: 'a short message loads no zlib',
    edits: [[crc, 'if (bytes.byteLength > SHORT) {', 'if (bytes.byteLength >= 0) {']],
    test: ['e2e/startup', 'a text loads no streams'],
  },
  {
    rule: '[3.1] a message checksum is cut like its bytes',
    edits: [
      [frame, 'const crcStart = Math.max(0, start - data.byteLength);', 'const crcStart = 0;'],
    ],
    test: ['unit/frame', 'a message cut into frames and put together again bit by bit is'],
  },
  {
    rule: '[3.4] a frame whose checksum is wrong is none',
    edits: [
      [
        frame,
        'wire.readUInt32BE(body.length) === frameCrc(place, body) ? body : undefined',
        'body',
      ],
    ],
    test: ['unit/frame', 'a frame with any one bit changed is refused'],
  },
  {
    rule: '[3.1] a stream whose checksum is wrong is none',
    edits: [[frame, 'stream.readUInt32BE(data.length) === crc32(data) ? data : undefined', 'data']],
    test: ['unit/frame', 'a message of several frames with any one byte changed is refused'],
  },
  {
    rule: '[2.10] version 1',
    edits: [[word, 'VERSION = 1', 'VERSION = 2']],
    test: ['unit/word', 'this is version 1'],
  },
  {
    rule: '[2.5] a session of 0 is no word',
    edits: [[word, 'if (session === 0) return undefined;', '']],
    test: ['unit/word', 'a session of 0 is nobody: no word'],
  },
  {
    rule: '[2.4] OPEN has four zero bits',
    edits: [
      [
        word,
        '(top8 & 15) === 0 ? { kind, session, version: top8 >>> 4, thread: low } : undefined',
        '{ kind, session, version: top8 >>> 4, thread: low }',
      ],
    ],
    test: ['unit/word', 'what decodes encodes to the same 64 bits: no two values mean one'],
  },
  {
    rule: '[2.4] QUERY has 16 zero bits, or says by which way data come',
    edits: [[word, '      if (count !== 0 && !isByLanes(count)) return undefined;\n', '']],
    test: ['unit/word', 'a QUERY says by which way data come'],
  },
  {
    rule: '[9.2] a late QUERY by lanes is no stray',
    edits: [[word, 'if (count !== 0 && !isByLanes(count))', 'if (count !== 0)']],
    test: ['unit/word', 'a QUERY says by which way data come'],
  },
  {
    rule: '[2.4] RESTART has zero bits above',
    edits: [[word, 'top8 === 0 && (low & 0xf000ffff)', '(low & 0xf000ffff)']],
    test: ['unit/word', 'what decodes encodes to the same 64 bits: no two values mean one'],
  },
  {
    rule: '[2.4] RESTART has zero bits below',
    edits: [[word, '(low & 0xf000ffff) === 0', '(low & 0xf0000000) === 0']],
    test: ['unit/word', 'restart has bits that must be zero, each of them'],
  },
  {
    rule: '[2.4] WELCOME has zero bits above',
    edits: [[word, '(top8 & 15) === 0 && low >>> 27 === 0', 'low >>> 27 === 0']],
    test: ['unit/word', 'what decodes encodes to the same 64 bits: no two values mean one'],
  },
  {
    rule: '[2.4] WELCOME has zero bits in the middle',
    edits: [[word, '(top8 & 15) === 0 && low >>> 27 === 0', '(top8 & 15) === 0']],
    test: ['unit/word', 'welcome has bits that must be zero, each of them'],
  },
  {
    rule: '[2.4] WAIT has zero bits',
    edits: [
      [
        word,
        'case Kind.delivered:\n      return low === 0 ?',
        'case Kind.delivered:\n      return low >= 0 ?',
      ],
    ],
    test: ['unit/word', 'what decodes encodes to the same 64 bits: no two values mean one'],
  },
  {
    rule: '[2.4] REFUSED has zero bits',
    edits: [[word, '(low & 0xffffff) === 0', 'low >= 0']],
    test: ['unit/word', 'what decodes encodes to the same 64 bits: no two values mean one'],
  },
  {
    rule: '[2.4] CLOSED has zero bits',
    edits: [
      [
        word,
        'case Kind.closed:\n      return low === 0 ?',
        'case Kind.closed:\n      return low >= 0 ?',
      ],
    ],
    test: ['unit/word', 'what decodes encodes to the same 64 bits: no two values mean one'],
  },
  {
    rule: '[2.11] OFFER in word mode is another word',
    edits: [[word, "return kind === Kind.offerWords ? 'word' : 'burst';", "return 'burst';"]],
    test: ['unit/word', 'an OFFER in word mode says so'],
  },
  {
    rule: '[9.1] a CPU whose number would say lanes is not named',
    edits: [[place, 'return cpu < LANES ?', 'return cpu < 4096 ?']],
    test: ['unit/place', 'a CPU whose number would say lanes is not named'],
  },
  {
    rule: '[9.1] 4095 is anywhere',
    edits: [[place, 'const NOWHERE = 4095;', 'const NOWHERE = 4094;']],
    test: ['unit/place', 'a CPU is its number, 4095 is none'],
  },
  {
    rule: '[9.1] lanes begin at 3840',
    edits: [[place, 'const LANES = 3840;', 'const LANES = 3712;']],
    test: ['unit/place', 'lanes are 3840 and their number, and 128 more where they go'],
  },
  {
    rule: '[9.1] together is 128',
    edits: [[place, 'const TOGETHER = 128;', 'const TOGETHER = 256;']],
    test: ['unit/place', 'lanes are 3840 and their number, and 128 more where they go'],
  },
  {
    rule: '[9.1] together is said',
    edits: [[place, '(together ? TOGETHER : 0) + ', '']],
    test: ['unit/place', 'every place survives the way through 12 bits'],
  },
  {
    rule: '[9.1] together is heard',
    edits: [[place, '(place & TOGETHER) !== 0', 'false']],
    test: ['unit/place', 'every place survives the way through 12 bits'],
  },
  {
    rule: '[9.1] lanes are said',
    edits: [
      [
        place,
        '  if (lanes > 0) return LANES + (together ? TOGETHER : 0) + lanes;\n',
        '  void together;\n  void lanes;\n',
      ],
    ],
    test: ['unit/place', 'every place survives the way through 12 bits'],
  },
  {
    rule: '[9.1] lanes are 2 at least',
    edits: [[place, 'lanes >= 2 && ', '']],
    test: ['unit/place', 'the number of a place is its own; any other is anywhere'],
  },
  {
    rule: '[9.1] lanes are 64 at most',
    edits: [[place, ' && lanes <= MAX_LANES', '']],
    test: ['unit/place', 'the number of a place is its own; any other is anywhere'],
  },
  {
    rule: '[9.1] there may be 64 lanes',
    edits: [[place, 'export const MAX_LANES = 64;', 'export const MAX_LANES = 63;']],
    test: ['unit/lanes', 'there are as many lanes as 64 at most'],
  },
];
