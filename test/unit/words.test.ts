// The library says what programs know: options of its functions, not those of the command line, which
// adds its own words (lib/cli/hints.ts).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const lib = join(__dirname, '..', '..', 'lib');

function stringsOf(folder: string): string[] {
  return readdirSync(join(lib, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const path = join(lib, folder, name);
      const found: string[] = [];
      const look = (node: ts.Node) => {
        if (ts.isLiteralExpression(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
          found.push(node.text);
        }
        if (ts.isTemplateHead(node)) found.push(node.text);
        ts.forEachChild(node, look);
      };
      look(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true));
      return found;
    });
}

const optionOf = /--[a-z][a-z-]+/g;
const options = stringsOf('cli/arguments').flatMap((text) => text.match(optionOf) ?? []);
const commands = /minitalk[ -](list|watch|send|guard|server --|client --)/;

test('the command line has options', () => {
  expect(options).toEqual(expect.arrayContaining(['--name', '--force', '--max-message']));
});

test.each(['minitalk', 'signals'])('lib/%s knows none of them, and no command', (folder) => {
  const strings = stringsOf(folder);
  expect(strings.length).toBeGreaterThan(100);
  const said = strings.filter(
    (text) => commands.test(text) || text.match(optionOf)?.some((each) => options.includes(each)),
  );
  expect(said).toEqual([]);
});
