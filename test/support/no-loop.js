// A runtime without libuv for addons, such as Deno: preloaded before what opens channels.
const { join } = require('node:path');
const { constants } = require('node:os');
const { addon } = require(join(__dirname, '..', '..', 'dist', 'binding', 'load.js'));

for (const name of ['Channel', 'ExitWatch']) {
  addon[name] = class extends addon[name] {
    open() {
      return -constants.errno.ENOSYS;
    }
  };
}
