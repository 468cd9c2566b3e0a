// The receivers of npm run bench:signals: process.on, which has no options, and watch.
const baseline = 'process.on';

const kinds = {
  [baseline]: {},
  'watch, chain': { options: { after: 'chain' } },
  'watch, stop': { options: { after: 'stop' } },
  'watch, snapshot': { options: { snapshot: true } },
};

module.exports = { baseline, kinds };
