// What Node alone can do: process.kill and process.on, one bit at a time.
// usage: node javascript.js BITS. Prints ns and CPU ns, of both, per bit.
const { fork } = require('node:child_process');

/** Since then, of this process. */
function cpuNs(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1e3;
}

function serve(client) {
  const take = () => process.kill(client, 'SIGUSR1');
  process.on('SIGUSR1', take).on('SIGUSR2', take);
  process.on('disconnect', () => process.exit());
  const before = process.cpuUsage();
  process.on('message', () => process.send(cpuNs(before)));
  process.send('ready');
}

function send(bits) {
  const server = fork(__filename, ['serve', String(process.pid)]);
  let sent = 0;
  let start;
  let before;
  const end = () => {
    const ns = Number(process.hrtime.bigint() - start);
    const cpu = cpuNs(before);
    server.once('message', (ofServer) => {
      console.log((ns / bits).toFixed(1), ((cpu + ofServer) / bits).toFixed(1));
      server.disconnect();
    });
    server.send('end');
  };
  const next = () => {
    if (sent === bits) {
      end();
      return;
    }
    sent += 1;
    process.kill(server.pid, Math.random() < 0.5 ? 'SIGUSR1' : 'SIGUSR2');
  };
  process.on('SIGUSR1', next);
  server.once('message', () => {
    before = process.cpuUsage();
    start = process.hrtime.bigint();
    next();
  });
}

if (process.argv[2] === 'serve') serve(Number(process.argv[3]));
else send(Number(process.argv[2]));
