// The table, and what stays uncovered with its reasons.
const { dirname } = require('node:path');
const reasons = require('./uncovered.js');

function share(all) {
  const covered = all.filter(({ isCovered }) => isCovered).length;
  if (all.length === 0) return ''.padStart(24);
  const percent = `${((100 * covered) / all.length).toFixed(1)} %`;
  return `${covered} of ${all.length}`.padStart(14) + percent.padStart(10);
}

const row = (name, files) =>
  name.padEnd(30) +
  share(files.flatMap(({ lines }) => lines)) +
  share(files.flatMap(({ branches }) => branches));

/** By folder, and all. */
function printTable(title, files) {
  console.log(`\n${title.padEnd(30)}${'lines'.padStart(24)}${'branches'.padStart(24)}`);
  const folders = new Map();
  for (const file of files) {
    const folder = dirname(file.path);
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  for (const [folder, each] of [...folders].sort()) console.log(row(folder, each));
  console.log(row('all', files));
}

/** Runs of lines that no test runs, each with its reason in uncovered.js. */
function printReasons(files) {
  const left = reasons.map(([path, text, reason]) => ({ path, text, reason, isUsed: false }));
  console.log('\nlines that no test runs, or only a process that a signal ends:');
  for (const { path, lines } of files) {
    let reason;
    for (const { line, text, isCovered } of lines) {
      if (isCovered) {
        reason = undefined;
        continue;
      }
      const known = left.find((each) => each.path === path && text.includes(each.text));
      if (known !== undefined) {
        known.isUsed = true;
        reason = known.reason;
        console.log(`  ${path}: ${reason}`);
      }
      console.log(`  ${reason === undefined ? 'WITHOUT A REASON ' : '  '}${path}:${line} ${text}`);
    }
  }
  for (const { path, text } of left.filter(({ isUsed }) => !isUsed)) {
    console.log(`  has a reason, but was covered this time: ${path}: ${text}`);
  }
}

module.exports = { printReasons, printTable };
