/** What `minitalk client` is told besides its target and the message. */
export interface ClientOptions {
  readonly mode: 'bit' | 'word' | 'burst' | 'auto';
  readonly place: 'auto' | 'off';
  readonly file?: string;
  /** ms */
  readonly timeout?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly force?: boolean;
}

export const clientDefaults: ClientOptions = { mode: 'bit', place: 'auto' };
