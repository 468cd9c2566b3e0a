// What `minitalk server --json >> JOURNAL` has taken goes into a stream of Redis.
//
//   node in.mjs JOURNAL STREAM
//
// A message's id is the place in the journal where its line ends. Redis takes an entry only if its
// id is above all that it has had, in one step: so what is added twice is there once, and the
// last id says where to read on.
import { linesOf } from './lines.mjs';
import { persist } from './redis.mjs';

const [journal, stream] = process.argv.slice(2);

/** Where the last entry that there ever was ends in the journal; 0 when there was none. */
async function lastOf(redis) {
  try {
    const { 'last-generated-id': id } = await redis.xInfoStream(stream);
    return Number(id.split('-')[1]);
  } catch (error) {
    if (error.message.includes('no such key')) return 0;
    throw error;
  }
}

/**
 * The event of a line. In front of it there may be the beginning of another one, which a full disk
 * or a kill has cut off: its client was not told "delivered". Within a text quotes are escaped.
 */
const eventOf = (line) => line.slice(line.lastIndexOf('{"event":"'));

async function add(redis, id, event) {
  try {
    await redis.xAdd(stream, `0-${id}`, { event });
  } catch (error) {
    if (!error.message.includes('equal or smaller')) throw error; // else it is there
  }
}

await persist(async (redis) => {
  for await (const { line, end } of linesOf(journal, await lastOf(redis))) {
    const event = eventOf(line);
    if (JSON.parse(event).event === 'message') await add(redis, end, event);
  }
});
