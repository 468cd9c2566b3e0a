// What a message says: its name, which holds its length, then bytes that follow from the name.
// So whoever has a message knows whether every byte of it is right.

/** @param {string} name `SCENE.TALKER.NUMBER.LENGTH` */
function contentOf(name) {
  const head = Buffer.from(`${name} `);
  const length = Number(name.split('.').at(-1));
  const data = Buffer.alloc(head.length + length);
  head.copy(data);
  let state = 2166136261;
  for (const byte of head) state = Math.imul(state ^ byte, 16777619);
  state |= 1;
  for (let i = head.length; i < data.length; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    data[i] = state;
  }
  return data;
}

/** The name of a message, or undefined where a byte is wrong. */
function nameIn(data) {
  const end = data.indexOf(' ');
  const name = data.toString('latin1', 0, Math.max(end, 0));
  return /^[\w-]+(\.\d+){3}$/.test(name) && contentOf(name).equals(data) ? name : undefined;
}

module.exports = { contentOf, nameIn };
