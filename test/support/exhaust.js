// For scripts of runScript: all descriptors that this process may have, taken.
const { closeSync, openSync } = require('node:fs');

/** Opens files until EMFILE; returns what closes them again. */
exports.takeAllDescriptors = () => {
  const opened = [];
  try {
    for (;;) opened.push(openSync('/dev/null'));
  } catch (error) {
    if (error.code !== 'EMFILE') throw error;
  }
  return () => {
    for (const descriptor of opened.splice(0)) closeSync(descriptor);
  };
};

/** What an action throws or rejects with, or its result. */
exports.outcomeOf = async (action) => {
  try {
    return { result: await action() };
  } catch ({ code, errno, syscall, message }) {
    return { code, errno, syscall, message };
  }
};
