// Short entries: a rule, what occurs once in one file of lib/signals, its replacement, a test's name.
const at = (name) => `lib/signals/${name}.ts`;

/** A rule, the file and edit that take it away, and the test that must notice. */
const of =
  (path, file) =>
  ([rule, find, replacement, name]) => ({
    rule,
    edits: [[at(path), find, replacement]],
    test: [file, name],
  });

module.exports = { at, of };
