// A minitalk server.
// usage: node server.js auto|off (place), forked
const { createHash } = require('node:crypto');
const { createServer } = require('../../dist/index.js');
const { answer } = require('./answer.js');
const { cpuMs } = require('./cpu-ms.js');
const { loopGapsBetween } = require('./loop-gaps.js');
const { recording } = require('./recording.js');

const server = createServer({ place: process.argv[2] });
let last;
server.on('message', (message) => {
  last = message;
});

const commands = {
  cpuMs,
  ...loopGapsBetween(),
  ...recording(),
  last: () => ({
    mode: last.mode,
    digest: createHash('sha1').update(last.data).digest('hex'),
  }),
};

server.listen().then(() => answer(commands, () => server.close()));
