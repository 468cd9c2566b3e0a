// examples/chat.mjs: two processes, each of them a server and a client.
import { Process, runClient } from '../support/processes.js';
import { newRuntimeDirectory } from '../support/runtime-directory.js';

beforeEach(newRuntimeDirectory);

async function start(...args: readonly string[]): Promise<Process> {
  const end = new Process(process.execPath, ['examples/chat.mjs', ...args], { stdin: 'pipe' });
  await end.until(({ text }) => text.includes(', pid '));
  return end;
}

const hears = (end: Process, line: string) => end.until(({ text }) => text.includes(`${line}\n`));

async function says(from: Process, line: string, to: Process, heard = line): Promise<void> {
  from.child.stdin?.write(`${line}\n`);
  await hears(to, heard);
}

async function startBoth(): Promise<[ann: Process, bob: Process]> {
  const ann = await start('ann');
  const bob = await start('bob', '@ann');
  await hears(bob, 'talking to ann');
  await hears(ann, 'bob: is here');
  return [ann, bob];
}

test('lines go both ways, and Ctrl-C is missed at the other end', async () => {
  const [ann, bob] = await startBoth();
  await says(bob, 'hello, 世界', ann, 'bob: hello, 世界');
  await says(ann, 'hello', bob, 'ann: hello');
  expect(await bob.end('SIGINT')).toEqual({ code: null, signal: 'SIGINT' });
  await hears(ann, 'bob has left');
  await says(ann, 'bob?', ann, 'nobody is here');
  expect(ann.stderr + bob.stderr).toBe('');
});

test('the end of the input ends it, and somebody else can come', async () => {
  const [ann, bob] = await startBoth();
  ann.child.stdin?.write('good\nbye\n');
  ann.child.stdin?.end();
  expect(await ann.closed).toEqual({ code: 0, signal: null });
  await hears(bob, 'ann: good\nann: bye\nann has left');
  const cid = await start('cid', String(bob.pid));
  await hears(bob, 'cid: is here');
  await says(bob, 'welcome', cid, 'bob: welcome');
});

test('a killed end is missed, too', async () => {
  const [ann, bob] = await startBoth();
  await ann.end('SIGKILL');
  await hears(bob, 'ann has left');
  expect(await bob.end()).toEqual({ code: null, signal: 'SIGTERM' });
});

test('both talk at once', async () => {
  const [ann, bob] = await startBoth();
  const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
  for (const end of [ann, bob]) end.child.stdin?.write(`${lines.join('\n')}\n`);
  await hears(ann, lines.map((line) => `bob: ${line}`).join('\n'));
  await hears(bob, lines.map((line) => `ann: ${line}`).join('\n'));
});

test("who is no chat is heard, not answered; what its text would do to a terminal isn't done", async () => {
  const ann = await start('ann');
  expect((await runClient(['@ann', '\u001b[2Jboo'])).code).toBe(0);
  await ann.until(({ text }) => /pid \d+: �\[2Jboo\n/.test(text));
  const bob = await start('bob', '@ann');
  await hears(ann, 'bob: is here');
  await says(ann, 'hello', bob, 'ann: hello');
});

test.each([
  ['nobody', ['bob', '@ann'], 'nobody is called @ann'],
  ['no pid', ['bob', 'ann'], 'invalid pid'],
  ['no server', ['bob', String(process.pid)], 'is no minitalk server'],
  ['no name', ['b/b'], 'b/b'],
])('%s to talk to, or with, is a line and an exit with 1', async (_, args, why) => {
  const bob = new Process(process.execPath, ['examples/chat.mjs', ...args], { stdin: 'pipe' });
  expect(await bob.closed).toEqual({ code: 1, signal: null });
  expect(bob.stderr).toMatch(/^.*\n$/);
  expect(bob.stderr).toContain(why);
});

test('without a name it says how it is called', async () => {
  const nobody = new Process(process.execPath, ['examples/chat.mjs']);
  expect(await nobody.closed).toEqual({ code: 64, signal: null });
  expect(nobody.stderr).toMatch(/^usage:/);
});
