// npm run figures: makes the pictures of docs/how-it-works.md from docs/recordings, by the commands that the page shows.
//   -- --check            makes none, and fails where one that is there is another
//   -- --record [NAME…]   makes recordings anew, all or these, and no pictures: scripts/figures/record.js
const { execFileSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { basename, join } = require('node:path');
const { parseArgs } = require('node:util');

const docs = join(__dirname, '..', 'docs');
const page = join(docs, 'how-it-works.md');

/** The arguments of each `minitalk plot` of our recordings that the page shows, and the picture that it makes. */
function plots() {
  const lines = readFileSync(page, 'utf8').match(/^minitalk plot recordings\/.*$/gm) ?? [];
  if (lines.length === 0) throw new Error('docs/how-it-works.md shows no picture');
  return lines.map((line) => {
    const args = line.split(' ').slice(1);
    const output = args.indexOf('-o') + 1;
    return { args, output, picture: args[output] };
  });
}

/** The page's commands are for its own folder. */
function plot(args) {
  execFileSync(join(__dirname, '..', 'bin', 'minitalk'), args, { cwd: docs, stdio: 'inherit' });
}

/** Pictures that are not what their commands make now. */
function differing() {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-figures-'));
  try {
    return plots()
      .filter(({ args, output, picture }) => {
        const made = join(folder, basename(picture));
        plot(args.with(output, made));
        return !readFileSync(made).equals(readFileSync(join(docs, picture)));
      })
      .map(({ picture }) => picture);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { check: { type: 'boolean' }, record: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.check) {
    const wrong = differing();
    for (const picture of wrong) console.error(`docs/${picture} is not what its command makes`);
    console.log(`${plots().length - wrong.length} pictures are as their commands make them`);
    process.exitCode = wrong.length > 0 ? 1 : 0;
    return;
  }
  if (values.record) {
    await require('./figures/record.js').main(positionals);
    return;
  }
  for (const { args } of plots()) plot(args);
}

main().catch((error) => {
  console.error(`figures: ${error.message}`);
  process.exitCode = 1;
});
