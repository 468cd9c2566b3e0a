// A client's questions, without a server: what it says and hears is a script.
import { ask } from '../../lib/minitalk/client/ask.js';
import { createMailbox, type Mailbox } from '../../lib/minitalk/client/mailbox.js';
import type { RemoteServer } from '../../lib/minitalk/client/remote-server.js';
import { Kind, NO_MESSAGE, Reason, type Word } from '../../lib/minitalk/wire/word.js';

const never = new AbortController().signal;
const SESSION = 5;
const offer = { kind: Kind.offer, session: SESSION, message: 2, length: 10 } as const;
const word = (kind: typeof Kind.wait | typeof Kind.delivered, message = 2): Word => ({
  kind,
  session: SESSION,
  message,
});
const refused = (message: number, reason: number = Reason.failed): Word => ({
  kind: Kind.refused,
  session: SESSION,
  message,
  reason,
});
const silence = undefined;

/** Asks, and hears one after another of these; `wasThere`: what is said of each silence. */
function dialogue(heard: readonly (Word | undefined)[], wasThere: readonly boolean[] = []) {
  const script = [...heard];
  const presence = [...wasThere];
  const log: string[] = [];
  const waits: number[] = [];
  const server = {
    pid: 1234,
    say: () => log.push('say'),
    heard: () => log.push('heard'),
    listened(planned: number) {
      log.push(`listened ${planned}`);
      return presence.shift() ?? true;
    },
    checkClosing: () => log.push('checkClosing'),
  } as Partial<RemoteServer> as RemoteServer;
  const mailbox = {
    next(ms: number) {
      waits.push(ms);
      if (script.length === 0) throw new Error('asked on');
      return Promise.resolve(script.shift());
    },
  } as Partial<Mailbox> as Mailbox;
  const answers: Word[] = [];
  const result = ask({ server, mailbox }, offer, 'sending', never, (answer) => {
    answers.push(answer);
    return answer.kind === Kind.delivered || undefined;
  });
  return { result, log, waits, answers };
}

beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0); // each wait is a whole one
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('a question', () => {
  test('waits up to a half less, at random: it may have met another', async () => {
    jest.mocked(Math.random).mockReturnValueOnce(0.5).mockReturnValueOnce(0.99);
    const { result, log, waits } = dialogue([silence, silence, word(Kind.delivered)]);
    await result;
    expect(waits).toEqual([15, 20, 80]);
    expect(log.slice(2)).toEqual(['listened 15', 'say', 'listened 20', 'say', 'heard']);
  });

  test('is put again after each silence, more and more seldom, and heard of each time', async () => {
    const silences = Array(7).fill(silence);
    const { result, log, waits } = dialogue([...silences, word(Kind.delivered)]);
    await result;
    expect(waits).toEqual([20, 40, 80, 160, 320, 500, 500, 500]);
    expect(log).toEqual([
      ...['say', 'heard'],
      ...waits.slice(0, 7).flatMap((ms) => [`listened ${ms}`, 'say']),
      'heard',
    ]);
  });

  test('has its whole wait again after an absence', async () => {
    const { result, waits } = dialogue(
      [silence, silence, silence, word(Kind.delivered)],
      [true, false, true],
    );
    await result;
    expect(waits).toEqual([20, 40, 40, 80]);
  });

  test('that is answered by WAIT is put seldom; by anything else, soon', async () => {
    const grant: Word = {
      ...word(Kind.wait),
      kind: Kind.grant,
      grant: 1,
      place: 0,
      frame: 0,
    } as Word;
    const { result, waits, answers } = dialogue([word(Kind.wait), grant, word(Kind.delivered)]);
    await result;
    expect(waits).toEqual([20, 500, 20]);
    expect(answers.map(({ kind }) => kind)).toEqual([Kind.wait, Kind.grant, Kind.delivered]);
  });

  test('ends with its refusal', async () => {
    const { result } = dialogue([refused(2, Reason.tooLarge)]);
    await expect(result).rejects.toMatchObject({ code: 'EMSGSIZE' });
  });

  test('is not refused by what is said of an earlier one, and not put again for it', async () => {
    const { result, log, answers } = dialogue([refused(1), word(Kind.delivered)]);
    await result;
    expect(log).toEqual(['say', 'heard', 'heard', 'heard']);
    expect(answers).toHaveLength(1);
  });

  test('is put again when the server takes its leave, after a look whether it does', async () => {
    const { result, log } = dialogue([refused(NO_MESSAGE, Reason.closing), word(Kind.delivered)]);
    await result;
    expect(log).toEqual(['say', 'heard', 'heard', 'checkClosing', 'say', 'heard']);
  });
});

describe('a mailbox', () => {
  test('keeps words in their order until they are taken', async () => {
    const mailbox = createMailbox();
    mailbox.put(word(Kind.wait, 1));
    mailbox.put(word(Kind.wait, 2));
    expect(await mailbox.next(0, never)).toEqual(word(Kind.wait, 1));
    expect(await mailbox.next(0, never)).toEqual(word(Kind.wait, 2));
    expect(await mailbox.next(0, never)).toBeUndefined();
  });

  test('wakes who waits', async () => {
    const mailbox = createMailbox();
    const next = mailbox.next(2 ** 30, never);
    mailbox.put(word(Kind.wait));
    expect(await next).toEqual(word(Kind.wait));
    // And says so once.
    expect(await mailbox.next(0, never)).toBeUndefined();
  });

  test('skips what is stale, up to what is not', async () => {
    const mailbox = createMailbox();
    for (const message of [1, 1, 2, 1]) mailbox.put(word(Kind.wait, message));
    const isStale = (each: Word) => 'message' in each && each.message === 1;
    expect(mailbox.skip(isStale)).toBe(true);
    expect(await mailbox.next(0, never)).toEqual(word(Kind.wait, 2));
    expect(mailbox.skip(isStale)).toBe(false);
  });

  test('wakes who is told to wait no longer, and lets go of the signal', async () => {
    const mailbox = createMailbox();
    const abort = new AbortController();
    const remove = jest.spyOn(abort.signal, 'removeEventListener');
    const next = mailbox.next(2 ** 30, abort.signal);
    mailbox.put(word(Kind.wait));
    await next;
    expect(remove).toHaveBeenCalledTimes(1);
    const waiting = mailbox.next(2 ** 30, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ABORT_ERR' });
    mailbox.put(word(Kind.wait));
    await expect(mailbox.next(0, abort.signal)).rejects.toMatchObject({ code: 'ABORT_ERR' });
  });

  test('hears first what came while the loop was blocked', async () => {
    const mailbox = createMailbox();
    const next = mailbox.next(1, never);
    // The loop runs all its timers before what has come meanwhile.
    setTimeout(() => mailbox.put(word(Kind.wait)), 1);
    const until = performance.now() + 20;
    while (performance.now() < until);
    expect(await next).toEqual(word(Kind.wait));
  });
});
