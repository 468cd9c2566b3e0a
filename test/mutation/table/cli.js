// The rules of the command line.
module.exports = [
  ...require('./cli/arguments.js'),
  ...require('./cli/client.js'),
  ...require('./cli/server.js'),
  ...require('./cli/printers.js'),
  ...require('./cli/errors.js'),
  ...require('./cli/input.js'),
  ...require('./cli/process.js'),
  ...require('./cli/guard.js'),
  ...require('./cli/manual.js'),
  ...require('./cli/completion.js'),
  ...require('./cli/signals.js'),
];
