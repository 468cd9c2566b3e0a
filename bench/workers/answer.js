// A worker's side: it answers its parent's commands, and ends with it.

/** Answers each command of `commands` with what it returns; `end` cleans up. */
function answer(commands, end = async () => {}) {
  process.on('message', async ({ what, argument }) => {
    try {
      process.send({ result: await commands[what](argument) });
    } catch (error) {
      process.send({ error: `${what}: ${error.message}` });
    }
  });
  process.on('disconnect', () => end().finally(() => process.exit()));
  process.send({ result: 'ready' });
}

module.exports = { answer };
