import { jsonPrinter } from '../../lib/cli/printers/json.js';

/** An output that takes nothing until it is told to. */
function heldOutput() {
  const lines: string[] = [];
  const holding: (() => void)[] = [];
  let isHeld = true;
  return {
    lines,
    get waiting() {
      return holding.length;
    },
    write(bytes: Uint8Array) {
      lines.push(Buffer.from(bytes).toString());
      return isHeld ? new Promise<void>((resolve) => holding.push(resolve)) : Promise.resolve();
    },
    async release() {
      isHeld = false;
      for (const resolve of holding.splice(0)) resolve();
      await new Promise(setImmediate);
    },
  };
}

test('events that the output is too slow for are counted, not kept, and messages are all kept', async () => {
  const output = heldOutput();
  const printer = jsonPrinter(output);
  for (let i = 0; i < 1500; i += 1) printer.gap({ lost: i, bySignal: {} });
  void printer.listening(5);
  expect(output.waiting).toBe(1001);
  await output.release();
  expect(JSON.parse(output.lines.at(-1) ?? '')).toEqual({ event: 'dropped', events: 500 });
  printer.gap({ lost: 1, bySignal: {} });
  expect(output.lines).toHaveLength(1003);
});
