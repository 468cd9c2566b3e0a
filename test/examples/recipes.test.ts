// What docs/recipes.md says of npm: it passes SIGTERM on to a script that replaces the shell, and is quiet.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Process, root } from '../support/processes.js';
import { reports } from '../support/report.js';

test('npm passes a SIGTERM on, which the named script alone reports, and does not end its cleanup', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-recipes-'));
  try {
    const signals = JSON.stringify(join(root, 'dist', 'signals', 'index.js'));
    writeFileSync(
      join(folder, 'server.js'),
      `const ending = require(${signals}).shutdown();
       ending.defer(() => new Promise((resolve) => setTimeout(resolve, 100)));
       ending.defer(() => console.log('cleaning up'));
       process.on('exit', (code) => console.log('exit ' + code));
       setInterval(() => {}, 1000);
       console.log('pid ' + process.pid);`,
    );
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ scripts: { start: 'exec node server.js' } }),
    );
    const npm = new Process('npm', ['start', '--silent'], {
      cwd: folder,
      env: {
        NODE_OPTIONS: `--require ${join(root, 'dist', 'signals', 'register.js')}`,
        MINITALK_REPORT_ONLY: 'server.js',
      },
    });
    await npm.until(({ text }) => /pid \d+\n/.test(text));
    const parent = execFileSync('ps', ['-o', 'ppid=', '-p', /\d+/.exec(npm.text)?.[0] ?? '']);
    expect(Number(parent)).toBe(npm.pid);
    npm.child.kill('SIGTERM');
    await npm.closed;
    expect(npm.text).toMatch(/^pid \d+\ncleaning up\nexit 143\n$/);
    expect(npm.stderr).toMatch(reports(`SIGTERM from pid ${npm.pid} `));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
