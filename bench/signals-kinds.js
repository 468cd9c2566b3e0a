// The receivers of npm run bench:signals: a C program, process.on, which has no options,
// and watch.
const baseline = 'process.on';
const floor = 'C, empty handler';

const kinds = {
  [baseline]: {},
  'watch, chain': { options: { after: 'chain' } },
  'watch, stop': { options: { after: 'stop' } },
  'watch, snapshot': { options: { snapshot: true } },
};

/** With room for a whole burst, and as it is: what has no room then waits in the kernel. */
const queueKinds = {
  'watch, chain': { options: { after: 'chain', capacity: 2 ** 17 } },
  'watch, stop': { options: { after: 'stop', capacity: 2 ** 17 } },
  'watch, 16,384 records': { options: {} },
};

module.exports = { baseline, floor, kinds, queueKinds };
