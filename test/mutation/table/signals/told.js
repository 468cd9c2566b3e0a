// What is said of a signal and of failures, and whom a policy believes.
const { of } = require('./of.js');

const policy = [
  [
    'a policy that says nothing of it takes attested senders only',
    'attested = true',
    'attested = false',
    'a list of uids or pids alone believes no claim of them',
  ],
  [
    'signals that a policy does not want pass, unless it says otherwise',
    "others = 'pass'",
    "others = 'refuse'",
    'without options only the attested pass',
  ],
  [
    'what a policy says of claims is passed on',
    'attestedOnly: attested',
    'attestedOnly: true',
    'each option is passed on',
  ],
  [
    'refusing is passed on',
    "refusesOthers: others === 'refuse'",
    "refusesOthers: others !== 'refuse'",
    'each option is passed on',
  ],
  [
    "a policy's uids are checked",
    `  checkList(\`\${name}.uids\`, uids, 0, MAX_UID);\n`,
    '',
    'an invalid from.uids is refused',
  ],
  [
    'the uid that is nobody fits no policy',
    'MAX_UID = 2 ** 32 - 2',
    'MAX_UID = 2 ** 32 - 1',
    'an invalid from.uids is refused',
  ],
  [
    "a policy's pids begin at 1",
    '.pids`, pids, 1,',
    '.pids`, pids, 0,',
    'an invalid from.pids is refused',
  ],
  [
    'a list has 32 entries at most',
    'list.length <= MAX_ENTRIES && ',
    '',
    'an invalid from.uids is refused',
  ],
  [
    'a list may have 32 entries',
    'list.length <= MAX_ENTRIES',
    'list.length < MAX_ENTRIES',
    '32 entries of each are taken',
  ],
].map(of('policy', 'unit/policy'));

const explain = [
  [
    'so is a program',
    'const characters = [...harmless(programOf(sender))];',
    'const characters = [...programOf(sender)];',
    'neither ends the line nor moves the cursor',
  ],
  [
    "so is a parent's",
    'harmless(sender.parent.name)',
    'sender.parent.name',
    'neither ends the line nor moves the cursor',
  ],
  ['so is a cgroup', 'harmless(cgroup)', 'cgroup', 'neither ends the line nor moves the cursor'],
  [
    'a claim is not called attested',
    'describeUid(uid)}, not attested',
    'describeUid(uid)}, attested',
    'a claim is called one',
  ],
  [
    'a parent without a name is told by its pid alone',
    'if (sender.parent.name !== undefined) line',
    'line',
    'its name, parent and cgroup follow',
  ],
].map(of('explain', 'unit/explain'));

const harmless = [
  [
    'what another process chose is made harmless before it is printed',
    "return text.replace(/[\\u0000-\\u001f\\u007f-\\u009f\\ufffd]/g, '?');",
    'return text;',
    'neither ends the line nor moves the cursor',
  ],
].map(of('internal/harmless', 'unit/explain'));

const programs = [
  [
    'a program that calls itself otherwise is told by both names',
    'else if (!name.startsWith(called)) program',
    'else if (false) program',
    'its program is told by its executable and what it runs',
  ],
  [
    'empty arguments at the end are none',
    'rest.slice(0, last + 1)',
    'rest',
    'its program is told by its executable and what it runs',
  ],
].map(of('internal/program', 'unit/explain'));

const relations = [
  [
    'who runs longer than 80 characters is cut off',
    'characters.length > MAX_PROGRAM ? `${shown}…` : shown',
    'shown',
    'its program is told by its executable and what it runs',
  ],
  [
    'a child is told from a later descendant',
    'sender.parent?.pid === process.pid',
    'false',
    'who it is to this process is said',
  ],
  [
    'who shares our cgroup is told so',
    "sharesCgroup ? ' (ours)' : ''",
    "''",
    'where it runs is told by its container',
  ],
].map(of('explain', 'unit/explain'));

const lists = [
  [
    "a policy's relations are known ones",
    '  checkRelations(`${name}.relations`, relations);\n',
    '',
    'an invalid from.relations is refused',
  ],
  [
    'who is excepted is passed on apart',
    "never: nativeSenders('from.not', not)",
    "never: nativeSenders('from.not', {})",
    'who is excepted is passed on apart',
  ],
].map(of('policy', 'unit/policy'));

const ends = [
  [
    'out-of-memory kills are counted from the call on',
    'now - before;',
    'now;',
    'kills are counted from the call on',
    'internal/oom-kills',
    'unit/oom-kills',
  ],
  [
    'a child that did not start is an error',
    "if (pid === undefined) child.once('error', reject);\n    else if",
    'if',
    'what does not start is an error of spawn',
    'child-exit',
    'signals/child-exit',
  ],
].map(([rule, find, replacement, name, path, file]) =>
  of(path, file)([rule, find, replacement, name]),
);

const errors = [
  [
    'an unknown errno is ERR_SYSTEM',
    "?? 'ERR_SYSTEM'",
    "?? 'ESRCH'",
    'an errno that is not on the list',
  ],
  [
    "a system call's error has its cause",
    '    syscall,\n    cause,\n',
    '    syscall,\n',
    "a system call's error names",
  ],
  [
    'only a negative result is an error',
    'if (result < 0) throw',
    'if (result <= 0) throw',
    'a negative result is thrown',
  ],
  [
    'the cause of an abort is its reason',
    "'The operation was aborted', { cause: signal.reason }",
    "'The operation was aborted'",
    "an abort has Node's name",
  ],
  ["an abort has Node's name", "  error.name = 'AbortError';\n", '', "an abort has Node's name"],
  [
    'an error of no call has no cause',
    'details.cause === undefined ? undefined : { cause: details.cause }',
    '{ cause: details.cause }',
    'an error of no system call',
  ],
  [
    'an error of no call has no errno, not even an undefined one',
    'declare readonly errno',
    'readonly errno',
    'an error of no system call',
  ],
].map(of('errors', 'unit/signal-errors'));

module.exports = [
  ...policy,
  ...lists,
  ...explain,
  ...harmless,
  ...programs,
  ...relations,
  ...ends,
  ...errors,
];
