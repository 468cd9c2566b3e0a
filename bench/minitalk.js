// minitalk's default mode between two processes, connection open.
// usage: node minitalk.js BYTES. Prints ns per bit of the message.
const { fork } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const { connect, createServer } = require('../dist/index.js');

async function serve() {
  const server = createServer();
  server.on('message', () => {});
  await server.listen();
  process.on('disconnect', () => server.close());
  process.send('ready');
}

async function send(bytes) {
  const server = fork(__filename, ['serve']);
  await new Promise((resolve) => server.once('message', resolve));
  const client = await connect(server.pid);
  const { durationMs } = await client.send(randomBytes(bytes));
  await client.close();
  server.disconnect();
  console.log(((durationMs * 1e6) / (bytes * 8)).toFixed(1));
}

if (process.argv[2] === 'serve') serve();
else send(Number(process.argv[2]));
