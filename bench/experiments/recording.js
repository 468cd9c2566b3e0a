// What a recording costs whom it records: the same messages with and without one.
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { sendMeasured, startClient, startServer } = require('../pair.js');

const loads = {
  bit: { mode: 'bit', bytes: 5000 },
  word: { mode: 'word', bytes: 200_000 },
};
const WARM_UP = 3;

async function measure({ processes, inTurn }) {
  const server = await startServer(processes);
  const client = await startClient(processes, server);
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-bench-'));

  const recorded = (load, ends) => async () => {
    for (const [name, end] of Object.entries(ends)) {
      await end.ask('record', join(folder, name));
    }
    const { ms, cpuMs } = await sendMeasured(server, client, load);
    for (const end of Object.values(ends)) await end.ask('stopRecording');
    return {
      'bytes a second': (load.bytes / ms) * 1e3,
      'CPU us a byte': (cpuMs / load.bytes) * 1e3,
    };
  };

  try {
    const contestants = {};
    for (const [name, load] of Object.entries(loads)) {
      for (let i = 0; i < WARM_UP; i += 1) await recorded(load, { server, client })();
      contestants[name] = recorded(load, {});
      contestants[`${name}, server recorded`] = recorded(load, { server });
      contestants[`${name}, both recorded`] = recorded(load, { server, client });
    }
    return await inTurn(contestants);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

module.exports = {
  name: 'recording',
  title: 'While every signal is recorded',
  measure,
  comparisons: Object.keys(loads).flatMap((name) =>
    [`${name}, server recorded`, `${name}, both recorded`].map((recorded) => ({
      what: `${recorded}: by not recorded`,
      of: (run) => run[recorded]['bytes a second'] / run[name]['bytes a second'],
    })),
  ),
};
