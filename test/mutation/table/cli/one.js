/** A change in one place, and its test. */
module.exports.one = (rule, file, find, replacement, ...test) => ({
  rule,
  edits: [[file, find, replacement]],
  test,
});
