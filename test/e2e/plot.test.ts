// minitalk plot as it is installed: its page has the script that it allows, and no other.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, Process } from '../support/processes.js';
import { recordingFolder } from '../support/recordings.js';
import { ndjson, SERVER, sendMessage, session } from '../support/sessions.js';

const write = recordingFolder();

function recording(): string {
  const talk = session([SERVER]);
  sendMessage(talk, 4712, Buffer.from('</script><script>alert(1)</script>'));
  return write('server.ndjson', talk.recordings.map(ndjson).join(''));
}

async function plot(output: string): Promise<string> {
  const path = join(recording(), '..', output);
  const command = new Process(process.execPath, [
    bin('minitalk'),
    'plot',
    join(path, '..', 'server.ndjson'),
    '-o',
    path,
  ]);
  expect(await command.closed).toEqual({ code: 0, signal: null });
  expect([command.text, command.stderr]).toEqual(['', '']);
  return readFileSync(path, 'utf8');
}

test('a picture', async () => {
  expect(await plot('session.svg')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
});

test('a page, whose one script is the one that its policy names', async () => {
  const html = await plot('session.html');
  const allowed = /script-src '(sha256-[^']+)'/.exec(html)?.[1];
  const scripts = [...html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)];
  expect(scripts.map(([, attributes]) => attributes)).toEqual([
    ' type="application/json" id="recording"',
    '',
  ]);
  const [[, , data = ''] = [], [, , script = ''] = []] = scripts;
  expect(`sha256-${createHash('sha256').update(script).digest('base64')}`).toBe(allowed);
  expect(JSON.parse(data)).toMatchObject({ recorded: [{ pid: SERVER }] });
  expect(script).toContain('ArrowLeft');
});
