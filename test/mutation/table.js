// The rules, how each is taken away, and the test that must then fail:
//   rule       a sentence; what holds as long as the line stands. Before it, in brackets: the
//              numbers of docs/protocol.md whose rules it is part of
//   edits      [file, what occurs there once, what to put in its place]…
//   test       [Jest file below test/, part of a test's name], or
//   core       part of a core test's sentence or of its file's name
//   unnoticed  why no test can notice it, where none can
const mutations = [
  ...require('./table/cli.js'),
  ...require('./table/client.js'),
  ...require('./table/dialects.js'),
  ...require('./table/endings.js'),
  ...require('./table/exam.js'),
  ...require('./table/granting.js'),
  ...require('./table/incoming.js'),
  ...require('./table/inside-node.js'),
  ...require('./table/lanes.js'),
  ...require('./table/loading.js'),
  ...require('./table/native.js'),
  ...require('./table/peer.js'),
  ...require('./table/recorder.js'),
  ...require('./table/recording.js'),
  ...require('./table/server.js'),
  ...require('./table/signals.js'),
  ...require('./table/transport.js'),
  ...require('./table/wire.js'),
];

function checked(mutation) {
  const { rule, edits, test, core } = mutation;
  const numbers = /^\[([\d., ]+)\] /.exec(rule ?? '')?.[1];
  const of = numbers === undefined ? [] : numbers.split(', ');
  if (rule && edits?.length > 0 && (test?.length === 2) !== (core !== undefined)) {
    return { ...mutation, of };
  }
  throw new Error(`mutation without a rule, edits or its one test: ${rule}`);
}

module.exports = mutations.map(checked);
