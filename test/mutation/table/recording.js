// Recordings: what is read, what is none, and what others are given of it.
const { one } = require('./cli/one.js');

const convert = 'lib/cli/commands/convert.ts';
const lines = 'lib/recording/lines.ts';
const messages = 'lib/recording/messages.ts';
const pairs = 'lib/recording/pairs.ts';
const parts = 'lib/recording/parts.ts';
const read = 'lib/recording/read.ts';
const tracks = 'lib/recording/trace-event/tracks.ts';
const wire = 'lib/recording/vcd/wire.ts';

const READ = 'unit/recording-read';
const MESSAGES = 'unit/recording-messages';
const VCD = 'unit/recording-vcd';
const TRACE = 'unit/recording-trace';
const CONVERT = 'unit/convert-command';

const reading = [
  one(
    "a recording's last line that was not written to its end is told, and no error",
    read,
    'if (header === undefined || isJson(line)) take(line);',
    'if (line !== undefined) take(line);',
    READ,
    'a last line that was not written to its end',
  ),
  one(
    'a file without lines is not kept in memory to its end',
    lines,
    'if (rest.length > LONGEST)',
    'if (rest.length > 100 * LONGEST)',
    READ,
    'a file without lines',
  ),
  one(
    'what is wrong in a recording is named with its line',
    lines,
    'number += 1;',
    'number += 0;',
    READ,
    'a wrong line',
  ),
  one(
    'recordings of different boots are not read together',
    parts,
    'assertSameBoot(given);',
    '',
    READ,
    'recordings that have no clock in common',
  ),
  one(
    'recordings that are read together have one clock',
    read,
    'Number(clockOf(part) - clock)',
    'Number(clock - clock)',
    READ,
    'recordings of several processes have one time',
  ),
  one(
    'who has the pid of another is another',
    parts,
    '.header.part < part.header.part',
    '.header.part <= part.header.part',
    READ,
    'a process that got the pid of another',
  ),
];

const decoding = [
  one(
    'what a server did not count is no part of a message',
    messages,
    'event.spare || event.error',
    'event.error',
    MESSAGES,
    'messages are byte-exact',
  ),
  one(
    'what could not be sent is no part of a message',
    messages,
    'event.spare || event.error !== undefined ||',
    'event.spare ||',
    MESSAGES,
    'messages are byte-exact',
  ),
  one(
    'a recorded message is whole when its checksums are right',
    messages,
    "?? 'wrong');",
    '?? wire.subarray(0, wire.length - CRC_BYTES));',
    MESSAGES,
    'one wrong bit',
  ),
];

const converting = [
  one(
    'in a value change dump no signal is lost in the moment of another',
    wire,
    'const at = Math.max(t, free);',
    'const at = t;',
    VCD,
    'signals at the same moment',
  ),
  one(
    'in a value change dump the same value again is seen',
    wire,
    'if (value === present)',
    "if (value === '')",
    VCD,
    'both sides of a conversation',
  ),
  one(
    'no two slices of a thread overlap',
    tracks,
    'Math.max(t, before.from + 1)',
    't',
    TRACE,
    'whatever is recorded, the trace',
  ),
  one(
    'an arrow begins at the signal that was sent again, not at the one that was dropped',
    pairs,
    'if (before >= 0) waiting.splice(before, 1);',
    '',
    TRACE,
    'of a bit that was dropped and sent again',
  ),
  one(
    'a recording is not written over by what is made of it',
    convert,
    'assertOther(files, output);',
    '',
    CONVERT,
    'ends with 64',
  ),
];

module.exports = [...reading, ...decoding, ...converting];
