// What lib/signals does to the process that it lives in: listeners, the preload, names.
const { at, of } = require('./of.js');

const names = [
  [
    'one signal may stand for a list of one',
    "  if (typeof signals === 'string' || typeof signals === 'number') return [signals];\n",
    '',
    'one signal is a list of one',
  ],
  [
    'what is no list of signals is refused',
    '  if (Array.isArray(signals)) return signals;\n',
    '  return signals;\n',
    'is no list of signals',
  ],
  [
    'a number of a signal is at least 1',
    'signal >= 1 && signal <= 64',
    'signal <= 64',
    'a number 0 that is no signal',
  ],
  [
    'a number of a signal is at most 64',
    'signal >= 1 && signal <= 64',
    'signal >= 1',
    'a number 65 that is no signal',
  ],
  [
    'a number of a signal is whole',
    'Number.isInteger(signal) && ',
    '',
    'a number 1.5 that is no signal',
  ],
  [
    'a realtime name stays within the realtime signals',
    'number >= binding.realtimeMin && number <= binding.realtimeMax ? number : undefined;',
    'number;',
    'an unknown name "SIGRTMIN+99"',
  ],
  [
    'names from the end count down',
    'binding.realtimeMax - Number(match[2] ?? 0)',
    'binding.realtimeMax + Number(match[2] ?? 0)',
    'realtime signals have names relative to both ends',
  ],
  [
    'the first realtime signal has no offset',
    "offset === 0 ? 'SIGRTMIN' : ",
    '',
    'the ends of the realtime signals',
  ],
  [
    'what is no realtime signal is not named as one',
    'number >= binding.realtimeMin && number <= binding.realtimeMax) {',
    'number >= binding.realtimeMin) {',
    'the ends of the realtime signals',
  ],
].map(of('names', 'unit/names'));

const listeners = [
  [
    'a new listener gets the signal too',
    "if (typeof name === 'string' && users.has(name)) onChange(name, true);",
    '',
    'process.on after watch',
  ],
].map(of('internal/listeners', 'signals/coexistence'));

const register = [
  [
    'what ends no process is not reported',
    ' || NOT_TERMINATING.includes(signo)',
    '',
    'one that ends nobody is not',
  ],
  [
    'signals that somebody handles are not reported',
    '  return (\n    installed === Installed.default || (installed === Installed.other && NODES_OWN.includes(signo))\n  );',
    '  return true;',
    "SIGUSR1 is still Node's",
  ],
  [
    "SIGINT and SIGTERM are reported, though Node's own handler stands there",
    '(installed === Installed.other && NODES_OWN.includes(signo))',
    'false',
    'MINITALK_REPORT=json writes one',
  ],
  [
    'the format is what was asked for',
    "format === 'json')",
    "format !== 'json')",
    'MINITALK_REPORT=json writes one',
  ],
  [
    'off reports nothing',
    "  if (format === 'off') return;\n",
    '',
    'MINITALK_REPORT=off reports nothing',
  ],
  [
    'a wrong format warns',
    "  if (format !== 'text' && format !== 'json') {",
    '  if (false) {',
    'a wrong value warns',
  ],
  [
    'reports go to the file that was named',
    "file === undefined ? '' : resolve(file)",
    "''",
    'MINITALK_REPORT_FILE takes the lines',
  ],
  [
    'the file is named from where the application began',
    "file === undefined ? '' : resolve(file)",
    "file ?? ''",
    'follows its file',
  ],
  [
    'a file that cannot be opened warns',
    '  if (started < 0) {',
    '  if (false) {',
    'one that cannot be opened warns',
  ],
  [
    'the reason is said in words',
    'reasons[name] ?? text',
    'text',
    'MINITALK_REPORT_FILE may be a FIFO',
  ],
  [
    'the preload keeps no process alive',
    '  channel.unref();\n',
    '',
    'the application sees no listener',
  ],
  [
    'realtime signals are reported',
    'LAST_SIGNAL = 64',
    'LAST_SIGNAL = 31',
    'a terminating realtime signal is reported',
  ],
  [
    'a report that cannot begin leaves nothing behind',
    '    channel.close();\n    throw error;',
    '    throw error;',
    'a report that cannot begin leaves nothing behind',
  ],
  [
    'what a preload publishes has a sender',
    "    check(channel.native.enableSnapshots(), 'mmap', () => 'keep snapshots');\n",
    '',
    'what a process lives through is published',
  ],
].map(of('internal/report', 'signals/register'));

const reported = [
  [
    'a signal that a preload reports is published',
    '    if (publication.hasSubscribers) publication.publish(new SignalInfo(batch, i, now, sender));\n',
    '',
    'what a process lives through is published',
  ],
  [
    'a preload makes room for senders while nobody subscribes',
    '    const sender = buffer.fetch(channel, batch.snapshot(i));\n    if (publication.hasSubscribers) publication.publish(',
    '    if (!publication.hasSubscribers) continue;\n    const sender = buffer.fetch(channel, batch.snapshot(i));\n    publication.publish(',
    'who subscribes after many signals',
  ],
].map(of('internal/reported', 'signals/register'));

const preload = [
  [
    'a preload that can report nothing stops no application',
    '    sayWhyNot(error);\n',
    '    throw error;\n',
    'and the application runs without an addon',
  ],
  [
    'the addon is loaded where that may fail',
    'function start(): void {\n  try {',
    "function start(): void {\n  require('./internal/report.js');\n  try {",
    'and the application runs with one that does not load',
  ],
  [
    'nor does one that cannot say so',
    '  } catch {\n    // Nobody listens.\n  }',
    '  } finally {\n    // Nobody listens.\n  }',
    'also where standard error takes nothing',
  ],
  [
    'a preload reports where its script is named',
    ' && isWanted()',
    '',
    'MINITALK_REPORT_ONLY names the scripts',
  ],
  [
    'a script that a preload is for is named by whole parts of its path',
    '`/${own}`.endsWith(`/${each}`)',
    'own.endsWith(each)',
    'MINITALK_REPORT_ONLY names the scripts',
  ],
  [
    'several scripts that a preload is for can be named',
    "scripts?.split(',')",
    'scripts?.split()',
    'MINITALK_REPORT_ONLY names the scripts',
  ],
  [
    'of two preloads one reports',
    '!(REPORTS in globalThis) && ',
    '',
    'two copies of it, by NODE_OPTIONS',
  ],
  [
    'a preload that can report nothing leaves it to another one',
    '  try {\n    // Not before: to load the addon is what may fail.\n',
    '  Object.defineProperty(globalThis, REPORTS, { value: true });\n  try {\n',
    'leaves it to the other one',
  ],
].map(of('register', 'signals/register'));

const withoutLoop = [
  {
    rule: 'without a loop the end of a process is polled for',
    edits: [[at('process-handle'), '  if (opened === -ENOSYS) return undefined;\n', '']],
    test: ['signals/process-handle', 'without libuv a process can still be signalled'],
  },
];

module.exports = [...names, ...listeners, ...register, ...reported, ...preload, ...withoutLoop];
