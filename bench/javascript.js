// What Node alone can do: process.kill and process.on, one bit at a time.
// usage: node javascript.js BITS. Prints ns per bit.
const { fork } = require('node:child_process');

function serve(client) {
  const take = () => process.kill(client, 'SIGUSR1');
  process.on('SIGUSR1', take).on('SIGUSR2', take);
  process.on('disconnect', () => process.exit());
  process.send('ready');
}

function send(bits) {
  const server = fork(__filename, ['serve', String(process.pid)]);
  let sent = 0;
  let start;
  const next = () => {
    if (sent === bits) {
      console.log((Number(process.hrtime.bigint() - start) / bits).toFixed(1));
      server.disconnect();
      process.exit();
    }
    sent += 1;
    process.kill(server.pid, Math.random() < 0.5 ? 'SIGUSR1' : 'SIGUSR2');
  };
  process.on('SIGUSR1', next);
  server.once('message', () => {
    start = process.hrtime.bigint();
    next();
  });
}

if (process.argv[2] === 'serve') serve(Number(process.argv[3]));
else send(Number(process.argv[2]));
