// Whether a line of a recording is what docs/recording.md says: whoever reads on can rely on the types of format.ts.
import { type Header, type RecordedEvent, VERSION } from './format.js';

interface Kind {
  readonly is: (value: unknown) => boolean;
  /** Behind "expected". */
  readonly name: string;
}

const natural: Kind = {
  is: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  name: 'a whole number from 0',
};
const text: Kind = { is: (value) => typeof value === 'string', name: 'a string' };
const yes: Kind = { is: (value) => value === true, name: 'true' };
const bit: Kind = { is: (value) => value === 0 || value === 1, name: '0 or 1' };
const bitOfByte: Kind = {
  is: (value) => natural.is(value) && (value as number) < 8,
  name: '0 to 7',
};

const oneOf = (...values: readonly string[]): Kind => ({
  is: (value) => values.includes(value as string),
  name: values.map((each) => `"${each}"`).join(' or '),
});
const like = (pattern: RegExp, name: string): Kind => ({
  is: (value) => typeof value === 'string' && pattern.test(value),
  name,
});

/** Fields by name. One with a question mark behind it may be missing. */
type Fields = Readonly<Record<string, Kind>>;

const header: Fields = {
  pid: natural,
  command: text,
  started: text,
  clock: like(/^\d{1,19}$/, 'decimal digits in a string'),
  boot: text,
  part: natural,
};

const signal: Fields = {
  way: oneOf('in', 'out'),
  signal: text,
  code: text,
  pid: natural,
  'uid?': natural,
  'thread?': natural,
  'value?': like(/^0x[\da-f]{1,16}$/i, '"0x" and hexadecimal digits'),
  'error?': text,
};
const data: Fields = {
  ...signal,
  'session?': natural,
  'message?': natural,
  grant: natural,
  'frame?': natural,
  'lane?': natural,
  'again?': yes,
  'spare?': yes,
  'byte?': natural,
};
const mode = oneOf('bit', 'word', 'burst');
const control: Fields = {
  ...signal,
  session: natural,
  'message?': natural,
  'grant?': natural,
  'frame?': natural,
  'length?': natural,
  'mode?': mode,
};

const byKind: Readonly<Record<RecordedEvent['is'], Fields>> = {
  bit: { ...data, one: bit, 'at?': natural, 'check?': natural, 'bit?': bitOfByte },
  word: {
    ...data,
    at: natural,
    'bytes?': natural,
    data: like(/^([\da-f]{2}){0,24}$/i, 'at most 24 bytes in hexadecimal'),
    'ask?': yes,
  },
  ack: { ...signal, session: natural, grant: natural, count: natural, 'late?': yes },
  query: {
    ...signal,
    session: natural,
    grant: natural,
    question: natural,
    'lanes?': yes,
    'late?': yes,
  },
  answer: {
    ...signal,
    session: natural,
    grant: natural,
    question: natural,
    count: natural,
    'late?': yes,
  },
  open: control,
  welcome: control,
  offer: { ...control, message: natural, length: natural, mode },
  grant: control,
  wait: control,
  delivered: control,
  refused: control,
  restart: control,
  close: control,
  closed: control,
  step: signal,
  signal: { ...signal, 'stray?': yes, 'late?': yes },
  frame: { pid: natural, session: natural, message: natural, frame: natural },
  unrecorded: { count: natural },
  end: {},
};

type Checks = readonly { name: string; kind: Kind; isOptional: boolean }[];

function checksOf(fields: Fields): Checks {
  return Object.entries(fields).map(([name, kind]) => ({
    name: name.replace('?', ''),
    kind,
    isOptional: name.endsWith('?'),
  }));
}

const headerChecks = checksOf(header);
const eventChecks = new Map(
  Object.entries(byKind).map(([is, fields]) => [is, checksOf({ t: natural, ...fields })]),
);

/** What is wrong with one line, without saying where. */
export class WrongLine extends Error {}

/** @throws WrongLine */
export function parseHeader(line: string): Header {
  const value = parse(line);
  if (value['minitalk'] !== 'recording') {
    throw new WrongLine(
      'this is no recording: its first line does not say {"minitalk":"recording"}',
    );
  }
  if (value['version'] !== VERSION) {
    throw new WrongLine(
      `it is of version ${JSON.stringify(value['version'])}, and ${VERSION} is the one that can be read`,
    );
  }
  assertFields(value, headerChecks);
  return value as unknown as Header;
}

/**
 * The event of a line; undefined: of a kind that is not known.
 * @throws WrongLine
 */
export function parseEvent(line: string): RecordedEvent | undefined {
  const value = parse(line);
  const { is } = value;
  if (typeof is !== 'string') {
    throw new WrongLine(
      'minitalk' in value
        ? 'another recording begins here: give it as a file of its own'
        : `"is" is ${shown(is)}: expected a string`,
    );
  }
  const checks = eventChecks.get(is);
  if (checks === undefined) return undefined;
  assertFields(value, checks);
  return value as unknown as RecordedEvent;
}

function parse(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new WrongLine(`this is not JSON: ${excerpt(line)}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new WrongLine(`this is no JSON object: ${excerpt(line)}`);
}

function assertFields(value: Record<string, unknown>, checks: Checks): void {
  for (const { name, kind, isOptional } of checks) {
    const field = value[name];
    if (field === undefined ? isOptional : kind.is(field)) continue;
    throw new WrongLine(`"${name}" is ${shown(field)}: expected ${kind.name}`);
  }
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : excerpt(JSON.stringify(value));
}

function excerpt(text: string): string {
  const MOST = 60;
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text;
}
