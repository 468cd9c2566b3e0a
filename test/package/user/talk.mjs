// What a program does: without arguments a server that ends after one message, with a pid its client.
import { connect, createServer } from 'minitalk';
import { explain, watch } from 'minitalk/signals';

async function serve() {
  const watcher = watch(['SIGHUP']);
  const server = createServer();
  server.on('message', ({ text }) => {
    console.log(text);
    watcher.on('signal', (info) => {
      console.log(explain(info).includes(`pid ${process.pid} `));
      watcher.close();
      server.close();
    });
    process.kill(process.pid, 'SIGHUP');
  });
  await server.listen();
  console.log(process.pid);
}

async function send(pid, text) {
  const client = await connect(pid);
  await client.send(text, { mode: 'auto' });
  await client.close();
}

if (process.argv[2] === undefined) serve();
else send(Number(process.argv[2]), process.argv[3]);
