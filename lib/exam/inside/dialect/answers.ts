// What a server's answers say of its dialect.
import {
  type Acknowledgement,
  type Dialect,
  type Signal,
  signalOf,
  type UserSignal,
} from '../../../dialects/dialect.js';

type Answering = Pick<Dialect, 'handshake' | 'ack' | 'byte' | 'final'>;

/** @param answers to each signal; the last one's with all that came behind it */
export function answeringOf(
  { handshake }: Dialect,
  signals: readonly Signal[],
  answers: readonly (readonly Signal[])[],
): Answering {
  const greeted = typeof handshake === 'object' ? 1 : 0;
  const [greeting] = answers[0] ?? [];
  const found =
    greeted === 1 && typeof handshake === 'object' && greeting !== undefined
      ? { ...handshake, answers: nameOf(greeting) }
      : handshake;
  const within = answers.slice(greeted, -1);
  const last = answers.at(-1) ?? [];
  const sent = signals.slice(greeted);
  const answered = within.filter((each) => each.length > 0).length;
  if (answered > 0.9 * within.length) {
    const by = byWhat(within, sent);
    const ackTo = (i: number): Signal => (by === 'echo' ? (sent[i] as Signal) : signalOf(by));
    const besides = within.flatMap((each, i) => without(each, ackTo(i)));
    const byte = besides.length > within.length / 16 ? nameOf(mostOf(besides)) : undefined;
    const lastAck = ackTo(sent.length - 1);
    const isLast = last.includes(lastAck);
    const ack: Acknowledgement = { of: 'bit', by, last: isLast };
    const afterAck = isLast ? without(last, lastAck) : last;
    const final = byte === undefined || !isLast ? afterAck : without(afterAck, signalOf(byte));
    return { handshake: found, ack, byte, final: final.slice(0, 2).map(nameOf) };
  }
  const middle = within.flat();
  if (middle.length > within.length / 16) {
    const by = nameOf(mostOf(middle));
    const isLast = last.length > 0;
    return {
      handshake: found,
      ack: { of: 'byte', by, last: isLast },
      byte: undefined,
      final: last.slice(1, 3).map(nameOf),
    };
  }
  const [confirmation] = last;
  return {
    handshake: found,
    ack:
      confirmation === undefined
        ? undefined
        : { of: 'message', by: nameOf(confirmation), last: true },
    byte: undefined,
    final: last.slice(1, 3).map(nameOf),
  };
}

/** Mostly: an answer that came late counts to the next signal. */
function byWhat(
  answers: readonly (readonly Signal[])[],
  sent: readonly Signal[],
): UserSignal | 'echo' {
  const share = (isThere: (each: readonly Signal[], i: number) => boolean) =>
    answers.filter(isThere).length / answers.length;
  const ofUsr1 = share((each) => each.includes(1));
  const ofUsr2 = share((each) => each.includes(2));
  const ofEcho = share((each, i) => each.includes(sent[i] as Signal));
  if (ofEcho > 0.9 && ofEcho > Math.max(ofUsr1, ofUsr2)) return 'echo';
  return ofUsr1 > ofUsr2 ? 'usr1' : 'usr2';
}

/** Two that come at once come in the order of their numbers, not in that in which they were sent. */
function without(answers: readonly Signal[], signal: Signal): Signal[] {
  const at = answers.indexOf(signal);
  return answers.filter((_, i) => i !== at);
}

function mostOf(signals: readonly Signal[]): Signal {
  return 2 * signals.filter((each) => each === 1).length >= signals.length ? 1 : 2;
}

function nameOf(signal: Signal): UserSignal {
  return signal === 1 ? 'usr1' : 'usr2';
}
