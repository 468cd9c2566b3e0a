// examples/supervised-service.mjs: only its supervisor ends it.
import { Process, runScript } from '../support/processes.js';

interface Service {
  readonly service: Process;
  readonly url: string;
}

async function startService(supervisor?: number): Promise<Service> {
  const service = new Process(process.execPath, ['examples/supervised-service.mjs'], {
    env: { SUPERVISOR_PID: supervisor === undefined ? undefined : String(supervisor) },
  });
  await service.until(({ text }) => text.includes('http://'));
  return { service, url: /http:\S+/.exec(service.text)?.[0] ?? '' };
}

/** A process that sends SIGTERM to that pid, at once or when told to, and stays. */
function startSender(target?: number): Process {
  return runScript(
    (_, pid?: number) => {
      process.on('message', (told: number) => process.kill(told, 'SIGTERM'));
      if (pid !== undefined) process.kill(pid, 'SIGTERM');
      setInterval(() => {}, 1000);
    },
    target === undefined ? [] : [target],
    { bare: true, ipc: true },
  );
}

test("a stranger's SIGTERM is refused and named, the supervisor's ends the service with 0", async () => {
  const { service, url } = await startService();
  const stranger = startSender(service.pid);
  await service.until(({ stderr }) => stderr.includes('SIGKILL'));
  expect(service.stderr).toMatch(
    new RegExp(
      `^refused: SIGTERM from pid ${stranger.pid} \\(.+\\) uid \\d+, attested, a sibling of this process, parent`,
    ),
  );
  expect(await (await fetch(url)).text()).toBe('working\ndone\n');
  expect(await service.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(service.text).toContain(`shutting down: SIGTERM from pid ${process.pid} `);
});

test('a request under way is finished before the service ends', async () => {
  const { service, url } = await startService();
  const answer = await fetch(`${url}?seconds=0.5`); // its beginning
  service.child.kill('SIGTERM');
  expect(await answer.text()).toBe('working\ndone\n');
  expect(await service.closed).toEqual({ code: 0, signal: null });
});

test('another process can be named as the supervisor, and then the parent is refused', async () => {
  const supervisor = startSender();
  const { service } = await startService(supervisor.pid);
  service.child.kill('SIGTERM');
  await service.until(({ stderr }) => stderr.includes(`from pid ${process.pid} `));
  supervisor.child.send(service.pid);
  expect(await service.closed).toEqual({ code: 0, signal: null });
});

test('when the supervisor has ended nobody is refused any more', async () => {
  const supervisor = startSender();
  const { service } = await startService(supervisor.pid);
  await supervisor.end('SIGKILL');
  await service.until(({ text }) => text.includes('has ended'));
  expect(await service.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(service.stderr).toBe('');
});

test('a supervisor that is no pid is an error', async () => {
  const service = new Process(process.execPath, ['examples/supervised-service.mjs'], {
    env: { SUPERVISOR_PID: 'nobody' },
  });
  expect((await service.closed).code).toBe(1);
  expect(service.stderr).toContain('ERR_INVALID_PID');
});
