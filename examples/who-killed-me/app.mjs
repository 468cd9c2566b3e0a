// Any service. It is pid 1 of its container, which the kernel spares each signal that it does
// not handle: so it must handle SIGTERM, or `docker stop` takes ten seconds and a SIGKILL.
import { createServer } from 'node:http';

const server = createServer((_request, response) => response.end('hello\n'));
server.listen(Number(process.env.PORT ?? 8080), () => {
  console.log(`pid ${process.pid}, port ${server.address().port}`);
});

process.on('SIGTERM', () => {
  console.log('closing');
  server.close(() => process.exit());
});
