// Counts a signal.
// usage: node receiver.js watch|process.on SIGNAL, forked
const { watch } = require('../../dist/signals/index.js');
const { answer } = require('./answer.js');

const [how, signal] = process.argv.slice(2);
const counts = { seen: 0, lost: 0 };
const see = () => {
  counts.seen += 1;
};

if (how === 'process.on') {
  process.on(signal, see);
} else {
  watch([signal])
    .on('signal', see)
    .on('gap', ({ lost }) => {
      counts.lost += lost;
    });
}
answer({ counts: () => counts });
