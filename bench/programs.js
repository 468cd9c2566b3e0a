// The command line programs.
const { join } = require('node:path');

const programs = join(__dirname, '..', 'dist', 'bin');

module.exports = {
  clientProgram: join(programs, 'minitalk-client.js'),
  serverProgram: join(programs, 'minitalk-server.js'),
};
