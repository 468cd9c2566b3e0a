const fs = require('node:fs');

/**
 * Puts `replacement` in the place of `find`, which the file below `folder` has once.
 * @returns the text before
 */
function replaceOnce(folder, [path, find, replacement]) {
  const file = `${folder}/${path}`;
  const before = fs.readFileSync(file, 'utf8');
  const count = before.split(find).length - 1;
  if (count !== 1) throw new Error(`${path} has ${count} times, not once: ${find}`);
  fs.writeFileSync(
    file,
    before.replace(find, () => replacement),
  );
  return before;
}

module.exports = { replaceOnce };
