// The rules of the command line: its man pages.
const { one } = require('./one.js');

const page = 'lib/cli/manual/page.ts';
const roff = 'lib/cli/manual/roff.ts';

module.exports = [
  one(
    'a line that begins with a point is no request in a man page',
    roff,
    "\n    .replace(/(?<![^ \\n])\\./g, '\\\\&.')",
    '',
    'unit/man-pages',
    'text is no request',
  ),
  one(
    "a man page's source has short lines",
    roff,
    'line.length + 1 + word.length > LONGEST_LINE',
    'false',
    'unit/man-pages',
    'mandoc finds nothing in minitalk-guard',
  ),
  one(
    'a man page has the exit codes',
    page,
    '[bold(String(code)), means]',
    '[bold(String(code)), String(code)]',
    'unit/man-pages',
    'the page of guard',
  ),
  one(
    'a man page has the notes',
    page,
    '[command.description(), ...notes]',
    '[command.description()]',
    'unit/man-pages',
    'the page of guard',
  ),
];
