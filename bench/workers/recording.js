// What records its worker.
const { record } = require('../../dist/index.js');

/** Commands that begin a recording in a file, and end it. */
function recording() {
  let recorder;
  return {
    record(path) {
      recorder = record(path, { limit: 2 ** 30 });
    },
    stopRecording: () => recorder.close(),
  };
}

module.exports = { recording };
