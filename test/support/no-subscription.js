// A preload that can watch SIGHUP and a few more, and then no signal: preloaded before it.
const { join } = require('node:path');
const dist = join(__dirname, '..', '..', 'dist');
const { SignalChannel } = require(join(dist, 'signals', 'internal', 'channel.js'));

const { subscribe } = SignalChannel.prototype;
SignalChannel.prototype.subscribe = function (signo, after) {
  if (signo > 10) throw new Error('no more');
  subscribe.call(this, signo, after);
};
