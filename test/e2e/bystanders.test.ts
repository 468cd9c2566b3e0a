// Who is named in a forged word is signalled only while it catches both signals.
import { constants } from 'node:os';
import { join } from 'node:path';
import { encode, Kind, VERSION, type Word } from '../../lib/minitalk/wire/word.js';
import { Process, root, runClient, startServer } from '../support/processes.js';
import { startVictim, tellVictim } from '../support/victim.js';

const script = (name: string) => join(root, 'test', 'support', name);
const { SIGUSR2 } = constants.signals;

/** Sends words to the server that claim to be of the process `claimed`, and waits until it has taken them. */
async function forge(server: Process, claimed: number, words: readonly Word[]): Promise<void> {
  for (const word of words) {
    const { high, low } = encode(word);
    const value = String((BigInt(high) << 32n) | BigInt(low));
    const args = [script('forge.py'), server.pid, SIGUSR2, claimed, value].map(String);
    const forger = new Process('python3', args);
    expect({ ...(await forger.closed), stderr: forger.stderr }).toEqual({
      code: 0,
      signal: null,
      stderr: '',
    });
    expect(await runClient([server.pid, 'hi'])).toMatchObject({ code: 0, stderr: '' });
  }
}

const lives = ({ child }: Process) => child.exitCode === null && child.signalCode === null;

function open(victim: Process, nonce: number, version = VERSION): Word {
  return { kind: Kind.open, session: nonce, version, thread: victim.pid };
}

test.each(['default', 'block'])(
  'a process that catches the signals at a forged OPEN, and later has them at %s, gets none any more',
  async (how) => {
    const server = await startServer();
    const victim = await startVictim();
    await forge(server, victim.pid, [open(victim, 7)]);
    // So WELCOME went to it, and it has a session.
    await victim.until(({ text }) => text.includes('caught'));
    await tellVictim(victim, how);
    await forge(server, victim.pid, [
      open(victim, 7), // WELCOME again
      open(victim, 8), // another session
      open(victim, 9, VERSION + 1), // REFUSED
      { kind: Kind.close, session: 10, attempt: 1, thread: victim.pid }, // CLOSED
    ]);
    expect(lives(victim)).toBe(true);
    // At its end it tells every session.
    expect(await server.end()).toEqual({ code: 0, signal: null });
    expect(lives(victim)).toBe(true);
    await tellVictim(victim, 'pending');
    expect(victim.text).toContain('pending: 0');
  },
);

test('a forged word that names a process that has ended, or a thread of another one, has no effect', async () => {
  const server = await startServer();
  const gone = new Process('true', []);
  await gone.closed;
  const victim = await startVictim();
  await forge(server, gone.pid, [open(gone, 7)]);
  await forge(server, victim.pid, [{ ...open(victim, 7), thread: server.pid } as Word]);
  expect(victim.text).toBe('catch\n');
  expect(await server.end()).toEqual({ code: 0, signal: null });
  expect(victim.text).toBe('catch\n');
});
