// examples/who-killed-me, as a container runtime would run it: in a pid namespace of its own, with
// the working directory, the environment and the command that its Dockerfile says.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Process, root } from '../support/processes.js';
import { reports } from '../support/report.js';

const example = join(root, 'examples', 'who-killed-me');
const dockerfile = readFileSync(join(example, 'Dockerfile'), 'utf8');
const said = (instruction: string) =>
  new RegExp(`^${instruction} (.*)`, 'm').exec(dockerfile)?.[1] ?? '';

const apart = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc', '--kill-child'];
const canPart = spawnSync('unshare', [...apart, 'true']).status === 0;
const inNamespace = canPart ? describe : describe.skip;
const place = 'in a pid namespace of its own';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minitalk-container-'));
  copyFileSync(join(example, said('COPY').split(' ')[0] ?? ''), join(folder, 'app.mjs'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'minitalk'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** The variables of the ENV line, with the folder in the place of the WORKDIR. */
function environment(): NodeJS.ProcessEnv {
  const settings = said('ENV').matchAll(/(\w+)=("[^"]*"|\S*)/g);
  const values = [...settings].map(([, name = '', value = '']) => [
    name,
    value.replaceAll('"', '').replaceAll(`${said('WORKDIR')}/`, `${folder}/`),
  ]);
  return Object.fromEntries(values) as NodeJS.ProcessEnv;
}

async function runContainer(): Promise<{ container: Process; first: number }> {
  const command = JSON.parse(said('CMD')) as string[];
  const container = new Process('unshare', [...apart, ...command], {
    cwd: folder,
    env: { ...environment(), PORT: '0' },
  });
  await container.until(({ text }) => text.startsWith('pid 1, '));
  const children = `/proc/${container.pid}/task/${container.pid}/children`;
  return { container, first: Number(readFileSync(children, 'latin1')) };
}

inNamespace(canPart ? place : `${place}; unshare(1) may make none here`, () => {
  test('who stops it from outside has no pid there, and it closes', async () => {
    const { container, first } = await runContainer();
    process.kill(first, 'SIGTERM');
    expect(await container.closed).toEqual({ code: 0, signal: null });
    expect(container.text).toMatch(/^pid 1, port \d+\nclosing\n$/);
    expect(container.stderr).toMatch(
      reports('SIGTERM from an unknown sender: outside this pid namespace'),
    );
  });

  test('who signals it from inside is named, and the kernel spares pid 1', async () => {
    const { container, first } = await runContainer();
    const enter = ['--preserve-credentials', '--user', '--pid', '--mount', '--target'];
    const script = 'kill -HUP 1; read _'; // and is there to be looked at
    const sender = new Process('nsenter', [...enter, String(first), 'sh', '-c', script], {
      stdin: 'pipe',
    });
    await container.until(({ stderr }) => stderr.includes('\n'));
    sender.child.stdin?.end();
    process.kill(first, 'SIGTERM');
    expect(await container.closed).toEqual({ code: 0, signal: null });
    const named = String.raw`SIGHUP from pid \d+ \((dash: )?sh -c ${script}\) uid 0, attested`;
    expect(container.stderr).toMatch(reports(named, 'SIGTERM'));
  });
});
