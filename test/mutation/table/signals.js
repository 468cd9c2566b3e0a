// What lib/signals promises: who is believed, what was looked at, who gets which signal.
module.exports = [
  ...require('./signals/told.js'),
  ...require('./signals/looks.js'),
  ...require('./signals/sending.js'),
  ...require('./signals/watching.js'),
  ...require('./signals/waiting.js'),
  ...require('./signals/shutdown.js'),
  ...require('./signals/testing.js'),
  ...require('./signals/process.js'),
];
