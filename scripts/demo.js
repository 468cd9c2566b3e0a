// npm run demo: a server, several clients at once, and what the server printed.
// Exits 0 only if every byte of every message arrived.
const { spawn } = require('node:child_process');
const { join } = require('node:path');

const bin = (name) => join(__dirname, '..', 'dist', 'bin', `${name}.js`);

const letters = Array.from({ length: 10_000 }, (_, i) => String.fromCharCode(97 + (i % 26)));
const messages = [
  { what: 'ASCII', text: 'Hello from an argument!' },
  { what: 'Unicode', text: 'Grüße, 世界, привет, 🎉👩‍🚀' },
  { what: 'an empty one', text: '' },
  { what: '10 kB', text: letters.join('') },
  { what: 'standard input', text: 'Hello from standard input!', stdin: true },
];

function show(text) {
  const line = text.length > 70 ? `${text.slice(0, 60)}… (${text.length} characters)` : text;
  return JSON.stringify(line);
}

function send(pid, { text, stdin }) {
  const args = [bin('minitalk-client'), String(pid), ...(stdin ? [] : ['--', text])];
  const client = spawn(process.execPath, args, { stdio: ['pipe', 'inherit', 'inherit'] });
  client.stdin.end(stdin ? text : '');
  const start = performance.now();
  return new Promise((resolve) => {
    client.on('exit', (code) => resolve({ code, ms: performance.now() - start }));
  });
}

async function main() {
  const server = spawn(process.execPath, [bin('minitalk-server')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => server.on('close', (code) => resolve(code)));
  let printed = '';
  const listening = new Promise((resolve) => {
    server.stdout.setEncoding('utf8').on('data', (chunk) => {
      printed += chunk;
      if (printed.includes('\n')) resolve();
    });
  });
  await Promise.race([listening, ended]);
  console.log(`The server printed:  ${printed.trim()}`);
  console.log(`${messages.length} clients send at once:`);
  const results = await Promise.all(messages.map((message) => send(server.pid, message)));
  for (const [i, { code, ms }] of results.entries()) {
    const { what, text } = messages[i];
    console.log(`  ${what.padEnd(15)} exit code ${code} after ${ms.toFixed(0)} ms  ${show(text)}`);
  }
  server.kill('SIGTERM');
  const exitCode = await ended;
  const [first, ...lines] = printed.split('\n');
  console.log(`The server printed after its first line, and ended with exit code ${exitCode}:`);
  for (const line of lines.slice(0, -1)) console.log(`  ${show(line)}`);

  const expected = messages.map(({ text }) => text).sort();
  const received = lines.slice(0, -1).sort();
  const exact =
    first === `Server PID: ${server.pid}` &&
    lines.at(-1) === '' &&
    JSON.stringify(received) === JSON.stringify(expected) &&
    exitCode === 0 &&
    results.every(({ code }) => code === 0);
  console.log(exact ? 'Every byte matched.' : 'NOT what was sent.');
  process.exitCode = exact ? 0 : 1;
}

main();
