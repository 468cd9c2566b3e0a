// ./server and ./client at the root of a checkout.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Process, root } from '../support/processes.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const programs = ['server', 'client'];

test('./server and ./client PID TEXT talk', async () => {
  const server = new Process('./server', []);
  await server.until(({ text }) => text.includes('\n'));
  expect(server.text).toBe(`Server PID: ${server.pid}\n`);
  const client = new Process('./client', [String(server.pid), 'a  b']);
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect(client.text + client.stderr).toBe('');
  expect(await server.end()).toEqual({ code: 0, signal: null });
  expect(server.text).toBe(`Server PID: ${server.pid}\na  b\n`);
});

test('they are found through links, from any folder, and by sh', async () => {
  for (const name of programs) {
    await new Process('ln', ['-s', join(root, name), join(folder, `my-${name}`)]).closed;
  }
  const server = new Process('sh', ['-c', 'exec sh my-server --name "a  b"'], { cwd: folder });
  expect(await server.closed).toEqual({ code: 64, signal: null });
  expect(server.stderr).toContain('invalid server name "a  b"');
  const client = new Process('./my-client', ['4194304', 'x'], { cwd: folder });
  expect(await client.closed).toEqual({ code: 69, signal: null });
  const bySh = new Process('sh', ['client', '4194304', 'x']);
  expect(await bySh.closed).toEqual({ code: 69, signal: null });
  expect([client.stderr, bySh.stderr]).toEqual([
    expect.stringMatching(/^minitalk-client: [^\n]+4194304[^\n]+\n$/),
    expect.stringMatching(/^minitalk-client: [^\n]+4194304[^\n]+\n$/),
  ]);
});

test('what was ignored when ./server started still is, and ps has it by its name', async () => {
  const server = new Process('sh', ['-c', `trap '' HUP; exec ./server --verbose`]);
  await server.until(({ text }) => text.includes('\n'));
  const read = (file: string) => readFileSync(`/proc/${server.pid}/${file}`, 'latin1');
  expect(read('comm')).toBe('minitalk-server\n');
  expect(read('cmdline').split('\0').slice(1)).toEqual(['./bin/minitalk-server', '--verbose', '']);
  server.child.kill('SIGHUP');
  const client = new Process('./client', [String(server.pid), 'after SIGHUP']);
  expect(await client.closed).toEqual({ code: 0, signal: null });
  await server.end();
  expect(server.text).toContain('after SIGHUP');
});

test.each(programs)('./%s in a checkout that was not built: 69 and what to do', async (name) => {
  mkdirSync(join(folder, 'a b'));
  copyFileSync(join(root, name), join(folder, 'a b', name));
  const program = new Process(join(folder, 'a b', name), []);
  expect(await program.closed).toEqual({ code: 69, signal: null });
  expect(program.stderr).toBe(`${name}: not built yet: run 'npm ci' in ${folder}/a b/\n`);
});
