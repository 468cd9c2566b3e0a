// Rules of native/ that one edit takes away.

/** One edit, and the core's test that notices it. */
const rule = (sentence, file, find, replacement, test) => ({
  rule: sentence,
  edits: [[file, find, replacement]],
  core: test,
});
/** A line that goes. */
const without = (sentence, file, line, test) => rule(sentence, file, line, '', test);

module.exports = { rule, without };
