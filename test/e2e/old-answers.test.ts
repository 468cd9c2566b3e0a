// Words that name a conversation: many clients of one process that draw the same numbers.
import type * as minitalk from '../../lib/index.js';
import { events, runScript, startServer } from '../support/processes.js';

test('100 clients of one process, with a hundred numbers to draw from: each has its own session', async () => {
  const server = await startServer(['--json']);
  const client = runScript(
    async ({ connect }: typeof minitalk, pid: number) => {
      const { random } = Math;
      Math.random = () => Math.floor(random() * 100) / 100;
      const connecting = Array.from({ length: 100 }, () => connect(pid, { timeout: 20_000 }));
      const clients = await Promise.all(connecting);
      await Promise.all(clients.map((each, i) => each.send(`from ${i}`, { mode: 'word' })));
      await Promise.all(clients.map((each) => each.close()));
      process.stdout.write(`${clients.length} closed`);
    },
    [server.pid],
  );
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect(client.stderr).toBe('');
  expect(client.text).toBe('100 closed');
  const texts = events(server).flatMap(({ event, text }) => (event === 'message' ? [text] : []));
  expect(texts.sort()).toEqual(Array.from({ length: 100 }, (_, i) => `from ${i}`).sort());
}, 60_000);
