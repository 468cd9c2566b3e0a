/** CPU time of this process so far: all threads, also those that have ended. */
function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}

module.exports = { cpuMs };
