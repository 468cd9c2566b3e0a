// What comes into a stream of Redis goes to a minitalk server, in its order.
//
//   node out.mjs STREAM NAME
//
// It notes what was delivered after that, so a kill in between delivers again: the server sees by
// the id that it has had that one. There is no consumer group: that is for many readers who share
// the work, and they would deliver in any order.
import { connect, listServers } from 'minitalk';
import { persist } from './redis.mjs';

const BLOCK_MS = 5000;
const [stream, name] = process.argv.slice(2);
const noted = `${stream}:delivered`;

function serverPid() {
  const server = listServers().find((each) => each.name === name);
  if (server === undefined) throw new Error(`no minitalk server is called @${name}`);
  return server.pid;
}

await persist(async (redis) => {
  const client = await connect(serverPid());
  try {
    let last = (await redis.get(noted)) ?? '0-0';
    for (;;) {
      const read = await redis.xRead({ key: stream, id: last }, { COUNT: 100, BLOCK: BLOCK_MS });
      for (const { id, message } of read?.[0].messages ?? []) {
        const event = { id: Number(id.split('-')[1]), ...JSON.parse(message.event) };
        await client.send(JSON.stringify(event), { mode: 'auto' });
        await redis.set(noted, id);
        last = id;
      }
    }
  } finally {
    await client.close();
  }
});
