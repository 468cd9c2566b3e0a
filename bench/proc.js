// A process seen from outside, because to ask it would cost it time.
const { readdirSync, readFileSync } = require('node:fs');

const numberIn = (text, pattern) => Number(pattern.exec(text)[1]);

/** Resident memory and threads; see proc_pid_status(5). */
function size(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    MB: numberIn(status, /^VmRSS:\s*(\d+) kB/m) / 1024,
    threads: numberIn(status, /^Threads:\s*(\d+)/m),
  };
}

/** CPU time and context switches of all threads so far; the former from schedstat. */
function usage(pid) {
  const total = { cpuUs: 0, switches: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const path = `/proc/${pid}/task/${thread}`;
    const status = readFileSync(`${path}/status`, 'utf8');
    total.cpuUs += Number(readFileSync(`${path}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e3;
    total.switches +=
      numberIn(status, /^voluntary_ctxt_switches:\s*(\d+)/m) +
      numberIn(status, /^nonvoluntary_ctxt_switches:\s*(\d+)/m);
  }
  return total;
}

module.exports = { size, usage };
