// Imports point one way: cli → exam → dialects → minitalk → signals → binding, cli → plot → recording → minitalk; in native
// binding → core → handler.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '..', '..');

function files(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name));
}

/** Layer by layer of lib/, what its files may import of lib/. */
const layers: Record<string, string[]> = {
  testing: ['testing', 'signals'],
  index: ['index', 'dialects', 'minitalk', 'recording', 'signals'],
  cli: ['cli', 'exam', 'plot', 'recording', 'dialects', 'minitalk', 'signals'],
  exam: ['exam', 'dialects', 'signals'],
  dialects: ['dialects', 'minitalk', 'signals', 'binding/dialects'],
  plot: ['plot', 'recording'],
  recording: ['recording', 'minitalk', 'signals'],
  minitalk: ['minitalk', 'signals', 'binding/minitalk'],
  signals: ['signals', 'binding/signals', 'binding/trace', 'binding/load-error'],
  'binding/dialects': ['binding/signals', 'binding/load'],
  'binding/minitalk': ['binding/signals', 'binding/load'],
  'binding/signals': ['binding/load'],
  'binding/trace': ['binding/load'],
  'binding/load': ['binding/load-error'],
  'binding/load-error': [],
};

/** Within minitalk: a client and a server meet in what stands below both. */
const rooms: Record<string, string[]> = {
  client: ['client', 'endings', 'peer', 'wire', 'errors'],
  server: ['server', 'endings', 'peer', 'wire', 'errors'],
  endings: ['endings', 'peer', 'wire', 'errors'],
  peer: ['peer', 'wire', 'errors'],
  errors: ['wire'],
  wire: ['wire'],
};

/** The same of native/, for includes; what lies in binding/ itself joins all. */
const nativeRooms: Record<string, string[]> = {
  'handler/signals': ['handler/signals'],
  'handler/minitalk': ['handler/minitalk', 'handler/signals'],
  'handler/dialects': ['handler/dialects', 'handler/signals'],
  'core/signals': ['core/signals', 'handler/signals'],
  'core/dialects': ['core/dialects', 'core/signals', 'handler/dialects', 'handler/signals'],
  'core/minitalk': ['core/minitalk', 'core/signals', 'handler/minitalk', 'handler/signals'],
  'binding/signals': ['binding/signals', 'core/signals', 'handler/signals'],
  'binding/dialects': [
    'binding/dialects',
    'binding/signals',
    'core/dialects',
    'core/signals',
    'handler/dialects',
    'handler/signals',
  ],
  'binding/minitalk': [
    'binding/minitalk',
    'binding/signals',
    'core/minitalk',
    'core/signals',
    'handler/minitalk',
    'handler/signals',
  ],
};

function layerOf(path: string): string {
  const [, first = '', second = ''] = path.replace(/\.\w+$/, '').split('/');
  return first === 'binding' ? `binding/${second}` : first;
}

function roomOf(path: string): string | undefined {
  return /^lib\/minitalk\/(\w+)/.exec(path)?.[1];
}

function importsOf(path: string): string[] {
  const source = readFileSync(join(root, path), 'utf8');
  return [...source.matchAll(/(?:from|import|require\(|import\()\s*'(\.[^']+)'/g)]
    .map(([, target]) => relative(root, join(root, dirname(path), target as string)))
    .filter((target) => target.startsWith('lib/'));
}

test.each(files('lib', /(?<!\.d)\.m?ts$/))(
  '%s imports only its own layer and the ones below',
  (path) => {
    for (const target of importsOf(path)) expect(layers[layerOf(path)]).toContain(layerOf(target));
  },
);

test.each(files('lib/minitalk', /\.ts$/))(
  '%s imports only rooms of minitalk that it may',
  (path) => {
    for (const target of importsOf(path)) {
      const room = roomOf(target);
      if (room !== undefined) expect(rooms[roomOf(path) as string]).toContain(room);
    }
  },
);

test.each(files('lib/dialects', /\.ts$/))(
  '%s knows of minitalk its peers, its errors, and what its users get; nothing of its wire',
  (path) => {
    for (const target of importsOf(path)) {
      if (layerOf(target) !== 'minitalk') continue;
      expect(target).toMatch(
        /^lib\/minitalk\/(errors|peer\/[\w-]+|client\/client-options|server\/(consumer|deliveries|limits|message|server))\.js$/,
      );
    }
  },
);

test.each(files('lib/recording', /\.ts$/))(
  '%s knows of minitalk its wire and its errors',
  (path) => {
    for (const target of importsOf(path)) {
      if (layerOf(target) !== 'minitalk') continue;
      expect(target).toMatch(
        /^lib\/minitalk\/(errors|peer\/endpoint|server\/frames|wire\/[\w-]+)\.js$/,
      );
    }
  },
);

test.each(files('lib/dialects', /^[^/]+\.ts$/))(
  '%s is pure: it imports what a dialect is, and errors',
  (path) => {
    for (const target of importsOf(path)) {
      expect(target).toMatch(/^lib\/(dialects\/[^/]+|minitalk\/errors\.js)$/);
    }
  },
);

test.each(files('lib/minitalk/wire', /\.ts$/))('%s is pure: it imports the wire alone', (path) => {
  for (const target of importsOf(path)) expect(roomOf(target)).toBe('wire');
});

test.each(files('native', /\.(cc|h)$/).filter((path) => path.split('/').length > 3))(
  '%s includes only its own room and the ones below',
  (path) => {
    const source = readFileSync(join(root, path), 'utf8');
    const allowed = nativeRooms[path.split('/').slice(1, 3).join('/')];
    for (const [, target = ''] of source.matchAll(/#include "([^"]+)"/g)) {
      expect(allowed).toContain(dirname(target));
    }
  },
);

test.each(
  ['lib/dialects', 'lib/minitalk', 'lib/recording', 'lib/signals'].flatMap((room) =>
    files(room, /\.ts$/),
  ),
)('%s says nothing in the words of the command line', (path) => {
  const source = readFileSync(join(root, path), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const texts = source.match(/'[^'\n]*'|"[^"\n]*"|`[^`]*`/g) ?? [];
  for (const text of texts) expect(text).not.toMatch(/--[a-z]|minitalk (list|server|client)"/);
});

test.each([...files('native/handler', /\.(cc|h)$/), ...files('native/core', /\.(cc|h)$/)])(
  '%s knows no Node',
  (path) => {
    expect(readFileSync(join(root, path), 'utf8')).not.toMatch(/#include\s*[<"](napi|node|uv|v8)/);
  },
);
