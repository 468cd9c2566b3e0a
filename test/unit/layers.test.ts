// Imports point one way: cli → minitalk → signals → binding → core.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '..', '..');

function files(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name));
}

/** The layer of a file of lib/; the package's own face belongs to none. */
function layerOf(path: string): string {
  const [, first = ''] = path.split('/');
  return first.startsWith('binding') || first.startsWith('index')
    ? (first.split('.')[0] as string)
    : first;
}

const mayImport: Record<string, string[]> = {
  index: ['minitalk', 'signals'],
  cli: ['cli', 'minitalk', 'signals'],
  minitalk: ['minitalk', 'signals'],
  signals: ['signals', 'binding'],
  binding: [],
};

// Within minitalk: a client and a server meet in these rooms only.
const roomMayImport: Record<string, string[]> = {
  client: ['client', 'endings', 'peer', 'wire'],
  server: ['server', 'endings', 'peer', 'wire'],
  peer: ['peer', 'wire'],
  wire: ['wire'],
};

function importsOf(path: string): string[] {
  const source = readFileSync(join(root, path), 'utf8');
  return [...source.matchAll(/(?:from|require\(|import\()\s*'(\.[^']+)'/g)].map(([, target]) =>
    relative(root, join(root, dirname(path), target as string)),
  );
}

test.each(files('lib/minitalk', /\.ts$/))(
  '%s imports only rooms of minitalk that it may',
  (path) => {
    const roomOf = (file: string) => /^lib\/minitalk\/(\w+)\//.exec(file)?.[1];
    const allowed = roomMayImport[roomOf(path) ?? ''];
    for (const room of importsOf(path).map(roomOf)) {
      if (allowed !== undefined && room !== undefined) expect(allowed).toContain(room);
    }
  },
);

test.each(files('lib', /(?<!\.d)\.ts$/))(
  '%s imports only its own layer and the ones below',
  (path) => {
    const imports = importsOf(path).filter((target) => target.startsWith('lib/'));
    for (const target of imports) expect(mayImport[layerOf(path)]).toContain(layerOf(target));
  },
);

test.each([...files('lib/minitalk', /\.ts$/), ...files('lib/signals', /\.ts$/)])(
  '%s says nothing in the words of the command line',
  (path) => {
    const source = readFileSync(join(root, path), 'utf8');
    const texts = source.match(/'[^'\n]*'|"[^"\n]*"|`[^`]*`/g) ?? [];
    for (const text of texts) expect(text).not.toMatch(/--[a-z]|minitalk (list|server|client)"/);
  },
);

test.each([...files('native/handler', /\.(cc|h)$/), ...files('native/core', /\.(cc|h)$/)])(
  '%s knows no Node',
  (path) => {
    expect(readFileSync(join(root, path), 'utf8')).not.toMatch(/#include\s*[<"](napi|node|uv|v8)/);
  },
);
