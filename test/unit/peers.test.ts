// The C programs that other tests talk with: each dialect's own client and server.
import { compilePeer, specs, startPeerClient, startPeerServer } from '../support/peers.js';
import { printed } from '../support/processes.js';

const texts = ['Hello, world', '', 'é → 😀', '!'.repeat(20)];

test.each(Object.entries(specs))('%s: its client and its server talk', async (name, spec) => {
  const peer = compilePeer(spec);
  const server = await startPeerServer(peer);
  expect(server.text).toBe(`Server PID: ${server.pid}\n`);
  let expected = '';
  for (const text of texts) {
    const client = startPeerClient(peer, server.pid, text);
    expect([await client.closed, client.stderr]).toEqual([{ code: 0, signal: null }, '']);
    expected += name === 'paced-endless' ? text : `${text}\n`;
    await server.until((process) => printed(process).length >= Buffer.byteLength(expected));
    expect(printed(server).toString()).toBe(expected);
  }
});
