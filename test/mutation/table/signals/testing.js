// What minitalk/testing observes, and what it holds against it.
const file = 'signals/testing';
const of =
  (path) =>
  ([rule, find, replacement, name]) => ({
    rule: `in a test ${rule}`,
    edits: [[`lib/testing/${path}.ts`, find, replacement]],
    test: [file, name],
  });

const observed = [
  [
    "a process's signals are its own",
    '    .filter((each) => each.receiver.pid === receiver);',
    ';',
    'the signals of its children',
  ],
  [
    'reports are JSON whatever was asked for',
    "      MINITALK_REPORT: 'json',\n",
    '',
    'wishes for reports',
  ],
  ['reports are of whatever script', "      MINITALK_REPORT_ONLY: '',\n", '', 'wishes for reports'],
  ["Node's other options stay", "${env['NODE_OPTIONS'] ?? ''} ", '', 'own options stand'],
  [
    'what was reported is kept after the end',
    '    kept = read();\n',
    '',
    'the signal that ends a program is observed',
  ],
  [
    'nothing is left behind',
    '    kept = read();\n    rmSync(folder, { recursive: true, force: true });\n',
    '    kept = read();\n',
    'nothing is left behind',
  ],
  [
    'a target takes what ends a process',
    '  for (const each of signalList(signals)) checkEndsProcess(each);\n',
    '',
    'a target that cannot begin',
  ],
].map(of('observe'));

const expectations = [
  [
    'a signal is expected once',
    '      observation.expected += 1;\n',
    '',
    'each signal is expected once',
  ],
  [
    'the signal must be the one',
    'next.signal === signal && ',
    '',
    'another signal, another sender',
  ],
  [
    'the sender must be the one',
    'return attested && pid === sender;',
    'return attested;',
    'another sender',
  ],
  [
    'a claim is not believed',
    'return attested && pid === sender;',
    'return pid === sender;',
    'a mere claim',
  ],
  [
    'the end of a process ends the waiting',
    '    if (hasEnded !== undefined) {',
    '    if (false) {',
    'the signal that ends a program is observed',
  ],
  [
    'the end must be the one',
    '  if (ended === wanted) return;\n',
    '  return;\n',
    'the end of any process',
  ],
].map(of('expect'));

const targets = [
  [
    'a target ends with who started it',
    "process.stdin.on('end', () => process.exit()).resume();\n",
    '',
    'a target ends with who started it',
  ],
].map(of('target'));

module.exports = [...targets, ...observed, ...expectations];
