// The rules, how each is taken away, and the test that must then fail:
//   rule       a sentence; what holds as long as the line stands
//   of         the numbers of docs/protocol.md whose rules it breaks
//   edits      [file, what occurs there once, what to put in its place]…
//   test       [Jest file below test/, part of a test's name], or
//   core       part of a core test's sentence or of its file's name
//   unnoticed  why no test can notice it, where none can
module.exports = [
  ...require('./table/cli.js'),
  ...require('./table/inside-node.js'),
  ...require('./table/native.js'),
  ...require('./table/signals.js'),
];

for (const { rule, edits, test, core } of module.exports) {
  if (rule && edits?.length > 0 && (test?.length === 2) !== (core !== undefined)) continue;
  throw new Error(`mutation without a rule, edits or its one test: ${rule}`);
}
