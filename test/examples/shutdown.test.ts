// The examples of a graceful end: requests under way are finished, then SIGTERM ends the service.
import { Process } from '../support/processes.js';

interface Service {
  readonly service: Process;
  readonly url: string;
}

async function startService(name: string, env: NodeJS.ProcessEnv = {}): Promise<Service> {
  const service = new Process(process.execPath, [`examples/${name}.mjs`], { env });
  await service.until(({ text }) => text.includes('http://'));
  return { service, url: /http:[^"\s]+/.exec(service.text)?.[0] ?? '' };
}

const byTerm = { code: null, signal: 'SIGTERM' };

describe('http', () => {
  test('a request under way is finished before the service ends by the signal', async () => {
    const { service, url } = await startService('http-shutdown');
    const answer = await fetch(`${url}?seconds=0.5`); // its beginning
    service.child.kill('SIGTERM');
    expect(await answer.text()).toBe('working\ndone\n');
    expect(await service.closed).toEqual(byTerm);
    expect(service.stderr).toBe('');
    expect(service.text).toMatch(
      new RegExp(
        `\nSIGTERM from pid ${process.pid} .*\n(the background work has stopped\nclosed|closed)\n$`,
      ),
    );
  });

  test('a second signal ends it at once', async () => {
    const { service, url } = await startService('http-shutdown');
    const answer = await fetch(`${url}?seconds=60`);
    service.child.kill('SIGTERM');
    await service.until(({ text }) => text.includes('has stopped'));
    service.child.kill('SIGINT');
    expect(await service.closed).toEqual({ code: null, signal: 'SIGINT' });
    expect(service.text).not.toContain('closed');
    await expect(answer.text()).rejects.toThrow();
  });

  test('the deadline ends it when its event loop is blocked', async () => {
    const { service, url } = await startService('http-shutdown', { DEADLINE: '300' });
    const answer = fetch(`${url}/block`).then(
      () => 'answered',
      () => 'cut off',
    );
    await service.until(({ text }) => text.includes('blocking'));
    service.child.kill('SIGTERM');
    expect(await service.closed).toEqual(byTerm);
    expect(service.text).not.toContain('SIGTERM');
    expect(await answer).toBe('cut off');
  });
});

interface Line {
  readonly msg: string;
  readonly pid: number;
  readonly time: number;
  readonly signal?: { readonly pid: number; readonly signal: string; readonly time: string };
}

function linesOf(service: Process): Line[] {
  return service.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

test('fastify: a request under way is finished, and its logger says who ended it', async () => {
  const { service, url } = await startService('fastify-shutdown');
  const answer = fetch(`${url}/?seconds=0.5`);
  await service.until(({ text }) => text.includes('incoming request'));
  service.child.kill('SIGTERM');
  expect(await (await answer).text()).toBe('done\n');
  expect(await service.closed).toEqual(byTerm);
  const told = linesOf(service).find(({ signal }) => signal !== undefined);
  expect(told).toMatchObject({
    pid: service.pid,
    signal: { signal: 'SIGTERM', pid: process.pid },
    msg: expect.stringMatching(new RegExp(`^SIGTERM from pid ${process.pid} `)),
  });
  expect(linesOf(service).map(({ msg }) => msg)).toContain('closed');
});

test("pino: the sender's pid and the logger's stand apart, in a line that has each key once", async () => {
  const service = new Process(process.execPath, ['examples/pino-signals.mjs']);
  await service.until(({ text }) => text.includes('ready'));
  expect(await service.end('SIGTERM')).toEqual(byTerm);
  const line = linesOf(service).at(-1);
  expect(line).toMatchObject({ pid: service.pid, time: expect.any(Number) });
  expect(line?.signal).toMatchObject({ pid: process.pid, time: expect.stringMatching(/^\d+$/) });
  const outside = service.text
    .trimEnd()
    .split('\n')
    .at(-1)
    ?.replace(/"signal":\{.*\}\}/, '');
  expect(outside?.match(/"pid"/g)).toHaveLength(1);
});
