// Two people talk. Each end is a server, for what it hears, and a client, for what it says.
//
//   node examples/chat.mjs ann             waits for somebody to come
//   node examples/chat.mjs bob @ann        in another terminal; or her pid in place of @ann
//
// Each line goes to the other end. Ctrl-C and Ctrl-D end it; who leaves is missed at once.
import { createInterface } from 'node:readline';
import { connect, createServer, listServers } from 'minitalk';
import { openProcess, shutdown } from 'minitalk/signals';

const [name, target] = process.argv.slice(2);
if (name === undefined) {
  console.error('usage: chat.mjs NAME [PID | @NAME]');
  process.exit(64);
}

/** The other end: its name, its process, pinned, and the promise of a client that talks to it. */
let other;

const nameOf = (pid) => listServers().find((each) => each.pid === pid)?.name ?? `pid ${pid}`;

function pidOf(end) {
  if (!end.startsWith('@')) return Number(end);
  const found = listServers().find((each) => `@${each.name}` === end);
  if (found === undefined) throw new Error(`nobody is called ${end}`);
  return found.pid;
}

/** A stranger's text could do things to our terminal: colours, a title, another line. */
const harmless = (text) => text.replaceAll(/\p{Cc}/gu, '�');

async function meet(pid) {
  const found = { name: nameOf(pid), process: openProcess(pid), client: connect(pid) };
  other = found;
  try {
    await found.client;
  } catch (error) {
    await part(found);
    throw error;
  }
  // It may also be killed, and then says nothing.
  found.process.exited.then(
    () => {
      console.log(`${found.name} has left`);
      part(found);
    },
    () => {},
  );
}

async function part(from) {
  if (other === from) other = undefined;
  from.process.close();
  const client = await from.client.catch(() => undefined);
  await client?.close();
}

async function say(text) {
  if (other === undefined) {
    console.log('nobody is here');
    return;
  }
  try {
    const client = await other.client;
    await client.send(text);
  } catch (error) {
    console.log(`not delivered: ${error.message}`);
  }
}

async function chat() {
  const server = createServer({ name });
  server.on('message', ({ text, data, sender }) => {
    console.log(`${nameOf(sender.pid)}: ${harmless(text ?? `(${data.length} bytes)`)}`);
    // The first who says something is whom we talk to.
    if (other === undefined) meet(sender.pid).catch(({ message }) => console.log(message));
  });
  await server.listen();
  const leave = async () => {
    if (other !== undefined) await part(other);
    await server.close();
  };
  shutdown().defer(leave);
  console.log(`${name}, pid ${process.pid}`);
  try {
    if (target !== undefined) {
      await meet(pidOf(target));
      console.log(`talking to ${other.name}`);
      await say('is here');
    }
    for await (const line of createInterface({ input: process.stdin })) await say(line);
  } finally {
    await leave();
  }
}

chat().then(
  () => process.exit(),
  ({ message }) => {
    console.error(message);
    process.exit(1);
  },
);
