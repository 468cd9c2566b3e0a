// Each link of the pages that are published leads to something that is, to a heading that is there.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize, relative } from 'node:path';

const root = join(__dirname, '..', '..');
const packed = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
);
const shipped = new Set<string>(packed[0].files.map(({ path }: { path: string }) => path));
/** A file, or a folder. */
const isShipped = (path: string) =>
  shipped.has(path) || [...shipped].some((each) => each.startsWith(`${path}/`));
const pages = [...shipped].filter((path) => path.endsWith('.md'));

/** Without what stands in blocks of code. */
const textOf = (page: string) =>
  readFileSync(join(root, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '');

/** The anchors that GitHub and npm give a page's headings. */
const anchorsOf = (page: string) =>
  [...textOf(page).matchAll(/^#+ (.*)/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replace(/ /g, '-'),
  );

const linksOf = (page: string) =>
  [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link));

test('the pages that are published', () => {
  expect(pages).toEqual(
    expect.arrayContaining(['CHANGELOG.md', 'CONTRIBUTING.md', 'README.md', 'docs/signals.md']),
  );
  expect(linksOf('README.md').length).toBeGreaterThan(15);
});

test.each(pages)('%s links to what is published, and to headings that are there', (page) => {
  const dangling = linksOf(page).filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : normalize(join(page, '..', path));
    if (!isShipped(target)) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(dangling).toEqual([]);
});

test('each file and folder that the map of the code names is there', () => {
  const all = ['bin', 'docs', 'lib', 'native', 'scripts', 'test'].flatMap((folder) => [
    `/${folder}/`,
    ...readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).map(
      (entry) =>
        `/${relative(root, join(entry.parentPath, entry.name))}${entry.isDirectory() ? '/' : ''}`,
    ),
  ]);
  const named = [...textOf('docs/architecture.md').matchAll(/`([\w./-]+)`/g)]
    .map(([, name = '']) => name)
    .filter((name) => /\/$|\.(ts|js|cc|h|md)$/.test(name));
  expect(named.length).toBeGreaterThan(80);
  expect(named.filter((name) => !all.some((path) => path.endsWith(`/${name}`)))).toEqual([]);
});
