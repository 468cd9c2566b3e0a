// Writes docs/rules.md: each numbered rule of docs/protocol.md, and the mutations that
// break it.
//   npm run docs:rules [-- --check: writes nothing, and fails where it would; so it does where
//   a rule has no mutation, or a mutation finds no place]
const fs = require('node:fs');
const { join } = require('node:path');
const { assertOnce } = require('../support/replace-once.js');
const table = require('./table.js');

const docs = join(__dirname, '..', '..', 'docs');
const page = join(docs, 'rules.md');
const NUMBER = /\[(\d+\.\d+)\] /;
const LONGEST = 120;

/** What is said behind each number, up to the next one or the end of its paragraph. */
function rulesOf(protocol) {
  return protocol
    .split(/\n\s*\n|\n(?=[|-] )/)
    .flatMap((paragraph) => paragraph.split(/(?=\[\d+\.\d+\] )/))
    .flatMap((text) => {
      const number = NUMBER.exec(text)?.[1];
      return number === undefined ? [] : [{ number, text: summary(text.replace(NUMBER, '')) }];
    });
}

function summary(text) {
  const line = text
    .replace(/\*\*\(M\)\*\*|\*\*|^\| | \|$/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  const cells = line.replace(/^[|-] /, '').replaceAll(' | ', ': ');
  if (cells.length <= LONGEST) return cells;
  return `${cells.slice(0, cells.lastIndexOf(' ', LONGEST))} …`;
}

const escaped = (text) => text.replaceAll('|', '\\|');

function whichTest({ test, core }) {
  return core === undefined ? `\`test/${test[0]}\`` : '`test/core`';
}

function pageOf(rules) {
  const rows = rules.flatMap(({ number, text }) =>
    table
      .filter(({ of }) => of.includes(number))
      .map((mutation, i) => {
        const named = i === 0 ? `${number} | ${escaped(text)}` : '|';
        return `| ${named} | ${escaped(mutation.rule.replace(/^\[.*?\] /, ''))} | ${whichTest(mutation)} |`;
      }),
  );
  return `# The protocol's rules, and what holds them

Each rule of [protocol.md](protocol.md) that code keeps has a number there. \`npm run test:mutate\` takes what keeps it out of a copy of the repository, one
line at a time, and requires that the test beside it fails then. Written by \`npm run docs:rules\`; do not edit.

| rule | says | without this | this test fails |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** Where a mutation finds no place, or several. */
function unplaced() {
  return table.flatMap(({ rule, edits }) => {
    try {
      for (const edit of edits) assertOnce(join(docs, '..'), edit);
      return [];
    } catch (error) {
      return [`${rule}: ${error.message}`];
    }
  });
}

function problems(rules, text) {
  const numbers = rules.map(({ number }) => number);
  const known = new Set(numbers);
  const broken = new Set(table.flatMap(({ of }) => of));
  return [
    ...unplaced(),
    ...numbers
      .filter((number, i) => numbers.indexOf(number) !== i)
      .map((n) => `${n} is there twice`),
    ...numbers.filter((number) => !broken.has(number)).map((n) => `no mutation breaks ${n}`),
    ...[...broken].filter((number) => !known.has(number)).map((n) => `there is no rule ${n}`),
    ...(fs.existsSync(page) && fs.readFileSync(page, 'utf8') === text
      ? []
      : ['docs/rules.md is not what npm run docs:rules writes']),
  ];
}

const rules = rulesOf(fs.readFileSync(join(docs, 'protocol.md'), 'utf8'));
const text = pageOf(rules);
if (!process.argv.includes('--check')) fs.writeFileSync(page, text);
const found = problems(rules, text);
for (const problem of found) console.error(problem);
console.log(`${rules.length} rules, ${table.length} mutations`);
process.exitCode = found.length === 0 && rules.length > 0 ? 0 : 1;
