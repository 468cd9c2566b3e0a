// Completion, in each of the shells themselves: what a line and a TAB become.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Shell, shells } from '../../lib/cli/arguments/completion.js';
import { Process, root, startServer } from '../support/processes.js';

const script = join(root, 'test', 'support', 'complete.py');
const folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
const path = join(folder, 'bin');
mkdirSync(path);
for (const name of ['minitalk', 'minitalk-server', 'minitalk-client']) {
  symlinkSync(join(root, 'bin', name), join(path, name));
}
writeFileSync(join(folder, 'some file'), '');
writeFileSync(
  join(folder, 'bashrc'),
  "PS1='READY> '; bind 'set show-all-if-ambiguous on'; source <(minitalk completion bash)\n",
);
writeFileSync(
  join(folder, '.zshrc'),
  "PROMPT='READY> '; bindkey -e; autoload -U compinit; compinit -u -D; source <(minitalk completion zsh)\n",
);
const fishPrompt =
  'function fish_prompt; echo -n "READY> "; end; set fish_greeting; minitalk completion fish | source';

const interactive: Record<Shell, readonly string[]> = {
  bash: ['bash', '--noprofile', '--rcfile', join(folder, 'bashrc'), '-i'],
  zsh: ['zsh', '-i'],
  fish: ['fish', '--private', '-C', fishPrompt],
};
const env = {
  PATH: `${path}:${process.env['PATH']}`,
  HOME: folder,
  ZDOTDIR: folder,
  TERM: 'xterm',
  LC_ALL: 'C.UTF-8',
  XDG_RUNTIME_DIR: join(folder, 'run'), // its own
};
mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 });

afterAll(() => rmSync(folder, { recursive: true }));

/** The line after a TAB, and all that the terminal showed. */
async function complete(shell: Shell, line: string): Promise<{ becomes: string; shown: string }> {
  const typing = new Process('python3', [script, line, ...interactive[shell]], {
    env,
    cwd: folder,
  });
  const { code } = await typing.closed;
  expect([code, typing.stderr]).toEqual([0, '']);
  const [becomes = '', ...shown] = typing.text.split('\n');
  return { becomes: becomes.trimEnd(), shown: shown.join('\n') };
}

const lines: [line: string, becomes: string][] = [
  ['minitalk cli', 'minitalk client'],
  ['minitalk help gua', 'minitalk help guard'],
  ['minitalk completion fi', 'minitalk completion fish'],
  ['minitalk client --forc', 'minitalk client --force'],
  ['minitalk-server --max', 'minitalk-server --max-message'],
  ['minitalk-client --mode wo', 'minitalk-client --mode word'],
  ['minitalk client --mode=wo', 'minitalk client --mode=word'],
  ['minitalk client @to-be-comp', 'minitalk client @to-be-completed'],
  ['minitalk-client @to-be-comp', 'minitalk-client @to-be-completed'],
  ['minitalk client -t 5 @to-be', 'minitalk client -t 5 @to-be-completed'],
  ['minitalk client 5 @to-be', 'minitalk client 5 @to-be'], // the message
  ['minitalk client 5 --file some', 'minitalk client 5 --file some file'],
  ['minitalk convert x some', 'minitalk convert x some file'],
  ['minitalk convert x --to tr', 'minitalk convert x --to trace'],
  ['minitalk plot x some', 'minitalk plot x some file'],
  ['minitalk watch SIGUSR1 SIGWIN', 'minitalk watch SIGUSR1 SIGWINCH'],
  ['minitalk send @to-be', 'minitalk send @to-be'], // takes pids only
  ['minitalk send 5 SIGRTMI', 'minitalk send 5 SIGRTMIN'],
  ['minitalk guard -- minitalk-ser', 'minitalk guard -- minitalk-server'],
];

for (const shell of shells) {
  const isInstalled = spawnSync(shell, ['--version']).error === undefined;
  // Skipped, and said to be, where the shell is not installed.
  const testIn = isInstalled ? test : test.skip;
  testIn.each(lines)(`${shell}: %s⇥`, async (line, becomes) => {
    if (line.includes('@')) await startServer(['--name', 'to-be-completed'], { env });
    expect((await complete(shell, line)).becomes).toBe(becomes);
  });

  testIn(`${shell}: the pid of a server`, async () => {
    const pid = String((await startServer([], { env })).pid);
    for (const command of ['minitalk send', 'minitalk client', 'minitalk-client']) {
      // Other tests' servers may have pids that begin like it: then all are shown.
      expect((await complete(shell, `${command} ${pid.slice(0, -1)}`)).shown).toContain(pid);
    }
  });
}
