// An HTTP service that nobody but its supervisor can end with SIGTERM. Others are
// named on standard error.
//
//   node examples/supervised-service.mjs                      its parent is the supervisor
//   SUPERVISOR_PID=4242 node examples/supervised-service.mjs  that process is
//   PORT=8080                                                 any free port unless told
//
// Before you do this: a refusal only buys time. A supervisor that is refused follows
// with SIGKILL, which nothing can refuse, and then no request is finished and nothing
// is closed. So refuse mistakes, such as a pkill too wide, and never who has to decide.
import { createServer } from 'node:http';
import { explain, openProcess, watch } from 'minitalk/signals';

const DRAIN_MS = 5000;

const server = createServer((request, response) => {
  const seconds = Number(new URL(request.url, 'http://localhost').searchParams.get('seconds'));
  response.write('working\n');
  setTimeout(() => response.end('done\n'), seconds * 1000);
});

function shutDown(info) {
  console.log(`shutting down: ${explain(info)}`);
  // Requests under way are finished first, but not for ever.
  server.close(() => process.exit(0));
  setTimeout(() => process.exit(1), DRAIN_MS).unref();
}

function refuse(info) {
  console.error(`refused: ${explain(info)}`);
  console.error('  (only the supervisor may end this service; SIGKILL cannot be refused)');
}

/** Takes SIGTERM from that process only; without one from everybody. */
function guard(pid) {
  const from = pid === undefined ? {} : { from: { pids: [pid], others: 'refuse' } };
  // A snapshot, because a kill command is gone before JavaScript could look.
  const watcher = watch(['SIGTERM'], { snapshot: true, ...from });
  watcher.once('signal', shutDown);
  watcher.on('refused', refuse);
  return watcher;
}

function obey(supervisor) {
  // 0: the parent is outside this pid namespace, as for the first process of a container.
  // Its signals come from an unknown sender, which no list can name.
  if (supervisor === 0) {
    console.log('no supervisor in this pid namespace: everybody may end this service');
    guard();
    return;
  }
  // Pid 1 is nobody else's as long as there is a system. Any other is pinned: when the
  // supervisor has ended the kernel may give its pid to somebody, so nobody is refused then.
  const pinned = supervisor === 1 ? undefined : openProcess(supervisor);
  const watcher = guard(supervisor);
  pinned?.exited.then(() => {
    guard(); // stands before the other one is closed, so that no signal falls between
    watcher.close();
    console.log(`the supervisor, pid ${supervisor}, has ended: everybody may end this service`);
  });
}

const supervisor = Number(process.env.SUPERVISOR_PID ?? process.ppid);
obey(supervisor);
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const { port } = server.address();
  console.log(`http://127.0.0.1:${port} pid ${process.pid} supervisor ${supervisor}`);
});
