// What code in this process says on standard error, kept instead of shown.

/** Call it where tests are declared; the array is empty before each test. */
export function keepStandardError(): string[] {
  const said: string[] = [];
  let listeners: unknown[] = [];
  beforeEach(() => {
    said.length = 0;
    listeners = process.stderr.listeners('error');
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said.push(String(text));
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    // Each module that is loaded anew guards it anew.
    for (const listener of process.stderr.listeners('error')) {
      if (!listeners.includes(listener)) process.stderr.off('error', listener as () => void);
    }
  });
  return said;
}
