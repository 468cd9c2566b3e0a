// The pictures: well-formed, whole, small, the same again, and safe whatever a message holds.
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { parseMoment } from '../../lib/cli/arguments/values.js';
import { build } from '../../lib/plot/build.js';
import { type Part, partWithEach } from '../../lib/plot/hint.js';
import { toHtml } from '../../lib/plot/html.js';
import type { Model } from '../../lib/plot/model.js';
import { packed, unpacked } from '../../lib/plot/pack.js';
import { MOST_MARKS, reduced } from '../../lib/plot/reduce.js';
import { sceneOf } from '../../lib/plot/scene.js';
import { toSvg } from '../../lib/plot/svg.js';
import type { RecordedEvent } from '../../lib/recording/format.js';
import { read, SERVER, sendMessage, session, stray } from '../support/sessions.js';

const CLIENT = 4712;
const OTHER = 4713;
const MOST_BYTES = 400_000;

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** All elements; throws where the text is not well-formed. */
function parsed(xml: string): Element[] {
  const parser = new SaxesParser();
  const elements: Element[] = [];
  const open: Element[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: attributes as Record<string, string>, text: '' };
    elements.push(element);
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  parser.on('text', (text) => {
    const last = open.at(-1);
    if (last !== undefined) last.text += text;
  });
  parser.write(xml).close();
  return elements;
}

const asArguments = (find: () => Part | undefined): string => {
  const part = find();
  return part === undefined ? '' : `--from ${part.from} --to ${part.to}`;
};

function svgOf(model: Model, width = 1000, from = model.from, to = model.to): string {
  return toSvg(sceneOf(model, { from, to, width, hint: asArguments }));
}

const textsOf = (svg: string) =>
  parsed(svg)
    .filter(({ name }) => name === 'text')
    .map(({ text }) => text);

/** Two clients that take turns, a stranger, a lost bit. */
function twoClients(): Model {
  const talk = session([SERVER, CLIENT, OTHER]);
  sendMessage(talk, CLIENT, Buffer.from('Hi!'), { lost: [9] });
  stray(talk, 99, 'SIGUSR1');
  sendMessage(talk, OTHER, Buffer.from('<b>&'), { session: 78, grant: 4 });
  return build(read(...talk.recordings));
}

/** So many bits, of one message after the other. */
function longSession(bits: number): Model {
  const talk = session([SERVER]);
  const text = Buffer.from('The quick brown fox jumps over the lazy dog. '.repeat(20));
  for (let number = 1, sent = 0; sent < bits; number++, sent += (text.length + 4) * 8) {
    sendMessage(talk, CLIENT, text, {
      number: ((number - 1) % 255) + 1,
      grant: number % 4096,
      session: 77 + Math.floor(number / 255),
    });
    stray(talk, 99, 'SIGUSR2');
  }
  return build(read(...talk.recordings));
}

test('a picture has its senders, characters, losses, strangers, and a legend of what is in it', () => {
  const texts = textsOf(svgOf(twoClients()));
  expect(texts).toContain(`pid ${CLIENT} → pid ${SERVER} · message 1 · 3 bytes`);
  expect(texts).toContain(`pid ${OTHER} → pid ${SERVER} · message 1 · 4 bytes`);
  expect(texts).toContain('pid 99 · 1 signal of no conversation');
  for (const each of ['H', 'i', '!', '<', 'b', '>', '&', 'checksum', 'SIGUSR1']) {
    expect(texts).toContain(each);
  }
  expect(texts).toContain('USR2 lost');
  expect(texts).toContain('lost: its slot was taken');
  expect(texts).toContain('sent again');
  expect(texts).not.toContain('could not be sent');
});

test('few signals are arrows with names; bits are digits', () => {
  const model = twoClients();
  const first = model.conversations[0]?.marks.find(({ is }) => is === 'data')?.sent ?? 0;
  const texts = textsOf(svgOf(model, 1000, first - 1000, first + 60_000));
  expect(texts).toContain('SIGUSR1: 0');
  expect(texts).toContain('ACK 1');
  expect(texts.some((text) => /^[01]+$/.test(text) && text.length >= 2)).toBe(true);
  expect(texts).toContain('pending in the kernel');
});

test('whoever does not see it is told what is in it', () => {
  const elements = parsed(svgOf(twoClients()));
  const [root] = elements;
  expect(root).toMatchObject({
    name: 'svg',
    attributes: { role: 'img', 'aria-labelledby': 'title description' },
  });
  const title = elements.find(({ name }) => name === 'title');
  const description = elements.find(({ name }) => name === 'desc');
  expect(title).toMatchObject({
    attributes: { id: 'title' },
    text: /* pids */ expect.stringContaining('(pid 4242)'),
  });
  expect(description?.text).toMatch(
    /^2 senders · 2 messages · 121 bits .* · 1 lost · 1 sent again/,
  );
  expect(description?.text).toContain('Process 4712 sent message 1, 3 bytes: “Hi!”.');
});

test('all is within the picture, and no text is smaller than 11 px', () => {
  for (const width of [380, 1000]) {
    const elements = parsed(svgOf(twoClients(), width));
    const height = Number(elements[0]?.attributes['height']);
    for (const { name, attributes } of elements) {
      if (name !== 'text') continue;
      for (const x of (attributes['x'] ?? '').split(' ')) {
        expect(Number(x)).toBeGreaterThanOrEqual(0);
        expect(Number(x)).toBeLessThanOrEqual(width);
      }
      expect(Number(attributes['y'])).toBeLessThanOrEqual(height);
      const size = /font-size:(\d+)px/.exec(attributes['style'] ?? '')?.[1] ?? '11';
      expect(Number(size)).toBeGreaterThanOrEqual(11);
    }
  }
});

test('marks and digits of the first and the last time are within the plot', () => {
  const model = twoClients();
  const { marks = [] } = model.conversations[0] ?? {};
  const data = marks.filter(({ is }) => is === 'data');
  const to = data[20]?.at ?? 0;
  const { shapes } = sceneOf(model, { from: data[1]?.sent ?? 0, to, width: 1000 });
  const RIGHT = 1000 - 16;
  const digits = shapes.flatMap((shape) => (shape.is === 'text' && shape.isMono ? [shape] : []));
  const xs = digits.flatMap(({ x, text }) => (/^[01]+$/.test(text) ? x : []));
  expect(xs.length).toBeGreaterThan(10);
  for (const x of xs) expect(x + 11 * 0.61 * 0.5).toBeLessThanOrEqual(RIGHT);
  const paths = shapes.flatMap((shape) => (shape.is === 'path' ? [shape.d] : []));
  for (const d of paths) {
    for (const [, x, , wide = '0'] of d.matchAll(/M([\d.]+) ([\d.]+)(?:h([\d.]+))?/g)) {
      expect(Number(x) + Number(wide)).toBeLessThanOrEqual(RIGHT);
    }
  }
  const last = shapes.find(
    (shape) => shape.is === 'path' && shape.stroke === 'data' && shape.width === 1.4,
  );
  // The last one's arrow, and the half of its head.
  const ends =
    last?.is === 'path' ? [...last.d.matchAll(/L([\d.]+) /g)].map(([, x]) => Number(x)) : [];
  expect(Math.max(...ends) + 3).toBeLessThanOrEqual(RIGHT);
});

test('where not each of a stranger has a label, the heading has how many of which there are', () => {
  const talk = session([SERVER]);
  sendMessage(talk, CLIENT, Buffer.from('a'));
  stray(talk, 99, 'SIGUSR1');
  stray(talk, 99, 'SIGUSR2');
  stray(talk, 99, 'SIGUSR1');
  stray(talk, 100, 'SIGUSR2');
  const texts = textsOf(svgOf(build(read(...talk.recordings))));
  expect(texts).toContain('pid 99 · 3 signals of no conversation: 2 SIGUSR1, 1 SIGUSR2');
  expect(texts).toContain('pid 100 · 1 signal of no conversation');
});

test('an empty message says that it is', () => {
  const talk = session([SERVER]);
  sendMessage(talk, CLIENT, Buffer.from(''));
  const texts = textsOf(svgOf(build(read(...talk.recordings))));
  expect(texts).toContain(`pid ${CLIENT} → pid ${SERVER} · message 1 · 0 bytes`);
});

test('a long session is summed up in a small picture, and says how to see more', () => {
  const model = longSession(60_000);
  const svg = svgOf(model);
  expect(svg.length).toBeLessThan(100_000);
  const texts = textsOf(svg);
  expect(texts.some((text) => /^--from [\d.]+[mu]?s --to [\d.]+[mu]?s$/.test(text))).toBe(true);
  expect(texts).toContain('many signals: how many there are');
  expect(texts.some((text) => text.startsWith('The quick'))).toBe(true);
});

test('two hundred thousand signals are no more than 400 kB', () => {
  const model = longSession(100_000);
  const signals = model.conversations.reduce((sum, { marks }) => sum + marks.length, 0);
  expect(signals).toBeGreaterThan(200_000);
  expect(Buffer.byteLength(svgOf(model))).toBeLessThan(MOST_BYTES);
  expect(Buffer.byteLength(toHtml(model, model.from, model.to, ''))).toBeLessThan(MOST_BYTES);
});

test('many senders and strangers are no more either, and none is left out unsaid', () => {
  const talk = session([SERVER]);
  for (let i = 0; i < 60; i++) {
    sendMessage(talk, 5000 + i, Buffer.from('Hello, world'), { session: i + 1 });
    stray(talk, 9000 + i, 'SIGUSR1');
  }
  const model = build(read(...talk.recordings));
  const svg = svgOf(model);
  expect(Buffer.byteLength(svg)).toBeLessThan(MOST_BYTES);
  expect(textsOf(svg)).toContain('and 50 more senders');
  expect(textsOf(svg)).toContain('and 54 more processes of no conversation');
  expect(Buffer.byteLength(toHtml(model, model.from, model.to, ''))).toBeLessThan(MOST_BYTES);
});

test('many short messages are no more either, and all are counted', () => {
  const talk = session([SERVER]);
  for (let i = 0; i < 3000; i++) {
    sendMessage(talk, CLIENT, Buffer.from('ab'), { number: (i % 255) + 1 });
  }
  const model = build(read(...talk.recordings));
  expect(Buffer.byteLength(svgOf(model))).toBeLessThan(MOST_BYTES / 4);
  expect(Buffer.byteLength(toHtml(model, model.from, model.to, ''))).toBeLessThan(MOST_BYTES);
  const small = reduced(model, model.from, model.to);
  const title = `pid ${CLIENT} → pid ${SERVER} · 3,000 messages · 6,000 bytes`;
  expect(textsOf(svgOf(model))).toContain(title);
  expect(textsOf(svgOf(small))).toContain(title);
});

test('what is summed up in a page is counted as in a picture', () => {
  const model = longSession(12_000);
  const small = reduced(model, model.from, model.to);
  expect(small.conversations[0]?.columns).toBeDefined();
  const numbers = (of: Model) => textsOf(svgOf(of)).find((text) => text.startsWith('1 sender · '));
  expect(numbers(small)).toBe(numbers(model));
  // Of a part that begins within a column, too: about as many.
  const bits = (of: Model) => {
    const [from, to] = [model.to * 0.4003, model.to * 0.4999];
    const text = textsOf(svgOf(of, 1000, from, to)).find((each) => each.includes(' bits')) ?? '';
    return Number(/([\d,]+) bits/.exec(text)?.[1]?.replaceAll(',', ''));
  };
  expect(Math.abs(bits(small) - bits(model)) / bits(model)).toBeLessThan(0.01);
});

test('what is summed up in a page has bits and words apart', () => {
  const talk = session([SERVER]);
  sendMessage(talk, CLIENT, Buffer.from('bits '.repeat(600)));
  sendMessage(talk, OTHER, Buffer.from('words '.repeat(1000)), { mode: 'word', session: 78 });
  const model = build(read(...talk.recordings));
  const small = reduced(model, model.from, model.to);
  expect(small.conversations.map(({ columns }) => columns !== undefined)).toEqual([true, true]);
  const [ofAll, ofSmall] = [textsOf(svgOf(model)), textsOf(svgOf(small))];
  const numbers = '2 senders · 2 messages · 24,032 bits · 251 data words · ';
  for (const texts of [ofAll, ofSmall]) {
    expect(texts.find((text) => text.startsWith('2 senders'))).toContain(numbers);
  }
  for (const row of ['bits', 'words']) expect(ofSmall).toContain(row);
});

test('a page that is summed up names a time of which a page has each signal', () => {
  const model = longSession(12_000);
  const small = reduced(model, model.from, model.to);
  for (const share of [0, 0.5]) {
    const part = partWithEach(small, model.to * share, model.to);
    const [from, to] = [parseMoment(part.from), parseMoment(part.to)];
    const [own] = reduced(model, from, to).conversations;
    expect(own?.columns).toBeUndefined();
    // As many as there is room for.
    expect(own?.marks.length).toBeGreaterThan(MOST_MARKS / 2);
  }
});

test('by lanes, each bit has whole pixels, and each word is called a word', () => {
  const picture = (how: object) => {
    const talk = session([SERVER]);
    sendMessage(talk, CLIENT, Buffer.from('By lanes, in rounds'), how);
    const model = build(read(...talk.recordings));
    return sceneOf(model, { from: model.from, to: model.to, width: 1000 });
  };
  const scene = picture({ lanes: 64 });
  const bars = scene.shapes.flatMap((shape) =>
    shape.is === 'path' && shape.isCrisp
      ? [...shape.d.matchAll(/M\S+ (\S+)h\S+v([^h]+)h/g)].map(([, y, thick]) =>
          [y, thick].map(Number),
        )
      : [],
  );
  expect(bars).toHaveLength((19 + 4) * 8);
  // 1: thin. 2: thick.
  expect(new Set(bars.map(([, thick]) => thick))).toEqual(new Set([1, 2]));
  expect(bars.filter(([y]) => !Number.isInteger(y))).toEqual([]);
  expect(textsOf(toSvg(scene))).toContain('by lanes: thick is a 1, thin a 0');
  const words = textsOf(toSvg(picture({ mode: 'word', lane: 3 })));
  expect(words).toContain('by lanes: a data word');
  expect(words).not.toContain('by lanes: thick is a 1, thin a 0');
});

test('the same recording gives the same picture', () => {
  expect(svgOf(twoClients())).toBe(svgOf(twoClients()));
  const model = twoClients();
  expect(toHtml(model, model.from, model.to, 'x')).toBe(
    toHtml(twoClients(), model.from, model.to, 'x'),
  );
});

test('what a message holds is text, and nothing else', () => {
  const evil = '</title></text><script>alert(1)</script>]]>\x00\x1b"\'&#x202e;\u202e\ufffe';
  const talk = session([SERVER]);
  sendMessage(talk, CLIENT, Buffer.from(evil));
  const model = build(read(...talk.recordings));
  const names = new Set(parsed(svgOf(model)).map(({ name }) => name));
  expect([...names].sort()).toEqual(['desc', 'path', 'style', 'svg', 'text', 'title']);
  const html = toHtml(model, model.from, model.to, 'run("</script>")');
  expect(html.match(/<script/g)).toHaveLength(2); // the data, and the viewer
  expect(html.match(/<\/script/g)).toHaveLength(2);
});

test('a page asks nobody for anything, and runs its own script alone', () => {
  const model = twoClients();
  const html = toHtml(model, model.from, model.to, 'run()');
  expect(html).toContain("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-");
  const links = html.match(/(?:src|href)="[^"]*"|url\([^)]*\)|https?:[^"'\s<]*/g) ?? [];
  expect(new Set(links)).toEqual(new Set(['http://www.w3.org/2000/svg']));
  expect(html).toContain('<td><code>Hi!</code></td>');
});

test('what a page carries is the recording again', () => {
  const model = reduced(twoClients(), 0, 1e12);
  const again = unpacked(JSON.parse(JSON.stringify(packed(model))));
  const { from, to } = twoClients();
  expect(svgOf(again, 1000, from, to)).toBe(svgOf(twoClients()));
});

test("a page's script is for browsers, and small", () => {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, '..', '..', 'lib', 'plot', 'viewer', 'viewer.ts')],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    minify: true,
    write: false,
  });
  expect(outputFiles[0]?.contents.length).toBeLessThan(50_000);
});

const anyEvent: fc.Arbitrary<RecordedEvent> = fc
  .record({
    t: fc.nat(1e7),
    way: fc.constantFrom('in', 'out'),
    is: fc.constantFrom(
      'bit',
      'word',
      'ack',
      'query',
      'answer',
      'offer',
      'step',
      'signal',
      'frame',
      'unrecorded',
      'end',
    ),
    signal: fc.constantFrom('SIGUSR1', 'SIGUSR2', 'SIGRTMIN+7'),
    pid: fc.nat(5),
    session: fc.nat(2),
    grant: fc.nat(2),
    message: fc.option(fc.nat(2), { nil: undefined }),
    frame: fc.nat(2),
    at: fc.nat(60),
    one: fc.constantFrom(0, 1),
    byte: fc.option(fc.nat(8), { nil: undefined }),
    check: fc.option(fc.nat(4), { nil: undefined }),
    bit: fc.nat(7),
    count: fc.nat(),
    question: fc.nat(3),
    length: fc.option(fc.nat(), { nil: undefined }),
    data: fc.uint8Array({ maxLength: 24 }).map((bytes) => Buffer.from(bytes).toString('hex')),
    lane: fc.option(fc.nat(63), { nil: undefined }),
    again: fc.constantFrom(true, undefined),
    spare: fc.constantFrom(true, undefined),
    stray: fc.constantFrom(true, undefined),
    late: fc.constantFrom(true, undefined),
    error: fc.constantFrom('EAGAIN', undefined, undefined),
  })
  .map((event) => ({ code: 'SI_TKILL', ...event }) as unknown as RecordedEvent);

test('any events make a well-formed picture, whatever part of them is drawn', () => {
  fc.assert(
    fc.property(
      fc.array(anyEvent, { minLength: 1, maxLength: 80 }),
      fc.constantFrom(380, 1000),
      fc.tuple(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
      ),
      (events, width, [a, b]) => {
        const [own] = session([3]).recordings;
        if (own === undefined) throw new Error('one is recorded');
        const model = build(read({ ...own, events }));
        const at = (share: number) => model.from + share * (model.to - model.from);
        for (const [from, to] of [
          [model.from, model.to],
          [at(Math.min(a, b)), at(Math.max(a, b))],
        ] as const) {
          const svg = svgOf(model, width, from, to);
          expect(parsed(svg).length).toBeGreaterThan(5);
          expect(svg).not.toMatch(/NaN|Infinity|undefined/);
        }
        const small = reduced(model, model.from, model.to);
        expect(unpacked(packed(small)).conversations.map(({ marks }) => marks)).toEqual(
          small.conversations.map(({ marks }) => marks),
        );
      },
    ),
    { numRuns: 150 },
  );
});
