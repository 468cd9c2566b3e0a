// A process that can watch SIGHUP and a few more, and then no signal: preloaded before the preload.
const { join } = require('node:path');
const { constants } = require('node:os');
const { addon } = require(join(__dirname, '..', '..', 'dist', 'binding', 'load.js'));

addon.Channel = class extends addon.Channel {
  subscribe(signo, after) {
    return signo > 10 ? -constants.errno.ENOMEM : super.subscribe(signo, after);
  }
};
