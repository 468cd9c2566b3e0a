// Processes that a run has left: whoever carries its mark in the environment.
const { readdirSync, readFileSync } = require('node:fs');
const { MARK } = require('./child.js');

function leftovers(run) {
  const found = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      if (!environment.includes(`${MARK}=${run}`)) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
      found.push({ pid: Number(pid), command });
    } catch {
      // It has ended, or is not ours to read.
    }
  }
  return found;
}

module.exports = { leftovers };
