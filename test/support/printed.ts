// What a command prints on standard output, without the addon: to load it is an error.

/** Call it where tests are declared; `text` is empty before each test, and modules are loaded anew. */
export function keepOutput(): { text: string } {
  const printed = { text: '' };
  beforeEach(() => {
    printed.text = '';
    jest.resetModules();
    jest.doMock('../../lib/binding/load.js', () => {
      throw new Error('the addon was loaded');
    });
    jest.doMock('../../lib/cli/printers/output.js', () => ({
      standardOutput: () => ({
        async write(bytes: Uint8Array) {
          printed.text += Buffer.from(bytes).toString();
        },
      }),
    }));
  });
  return printed;
}
