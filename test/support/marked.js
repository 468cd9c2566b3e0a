// Processes that carry a mark in their environment: whoever starts them can find, by that,
// also those that they have started.
const { readdirSync, readFileSync } = require('node:fs');

/** Those whose environment has `name` with this value. */
function marked(name, value) {
  const found = [];
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      if (!environment.includes(`${name}=${value}`)) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
      found.push({ pid: Number(pid), command });
    } catch {
      // It has ended, or is not ours to read.
    }
  }
  return found;
}

module.exports = { marked };
