const fs = require('node:fs');

const textOf = (folder, path) => fs.readFileSync(`${folder}/${path}`, 'utf8');

/** @throws Error unless the file below `folder` has `find` once */
function assertOnce(folder, [path, find]) {
  const count = textOf(folder, path).split(find).length - 1;
  if (count !== 1) throw new Error(`${path} has ${count} times, not once: ${find}`);
}

/**
 * Puts `replacement` in the place of `find`, which the file below `folder` has once.
 * @returns the text before
 */
function replaceOnce(folder, edit) {
  assertOnce(folder, edit);
  const [path, find, replacement] = edit;
  const before = textOf(folder, path);
  fs.writeFileSync(
    `${folder}/${path}`,
    before.replace(find, () => replacement),
  );
  return before;
}

module.exports = { assertOnce, replaceOnce };
