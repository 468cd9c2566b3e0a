// A minitalk client, connected before anything is measured.
// usage: node client.js PID auto|off (place), forked
const { createHash, randomBytes } = require('node:crypto');
const { performance } = require('node:perf_hooks');
const { setTimeout: sleep } = require('node:timers/promises');
const { connect } = require('../../dist/index.js');
const { answer } = require('./answer.js');
const { cpuMs } = require('./cpu-ms.js');
const { loopGaps } = require('./loop-gaps.js');
const { recording } = require('./recording.js');

const [pid, place] = process.argv.slice(2);

/** CLOCK_MONOTONIC, which all processes share. */
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

function commandsOf(client) {
  async function send(data, options) {
    const start = performance.now();
    await client.send(data, options);
    return performance.now() - start;
  }

  return {
    ...recording(),

    /** `count` messages of `text`, or of so many bytes; `rests`: with 1 to 3 ms between them. */
    async send({ mode, payload, text, bytes, count = 1, rests = false }) {
      const data = text ?? randomBytes(bytes);
      const times = [];
      const before = cpuMs();
      for (let i = 0; i < count; i += 1) {
        if (rests) await sleep(1 + 2 * Math.random());
        times.push(await send(data, { mode, payload }));
      }
      const used = cpuMs() - before;
      const digest = createHash('sha1').update(data).digest('hex');
      return { times, cpuMs: used, digest };
    },

    /** From the moment `at` on; how long it took from there. */
    async sendAt({ mode, bytes, count, at }) {
      const data = randomBytes(bytes);
      await sleep(at - nowMs());
      for (let i = 0; i < count; i += 1) await send(data, { mode });
      return nowMs() - at;
    },

    /** How long the event loop was away while a message was sent. */
    async gapsSending({ mode, bytes }) {
      const data = randomBytes(bytes);
      return loopGaps(() => send(data, { mode }));
    },

    gapsResting: ({ ms }) => loopGaps(() => sleep(ms)),
  };
}

connect(Number(pid), { place }).then((client) => answer(commandsOf(client), () => client.close()));
