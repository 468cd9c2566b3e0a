/** Sessions and nonces have 20 bits on the wire. */
export const LARGEST_SESSION = 2 ** 20 - 1;

/**
 * A session or nonce, 1 to 2^20 - 1. These keep accidents apart, see docs/protocol.md,
 * section 9; loading Node's crypto for them would take longer than a short message.
 */
export const randomSession = () => 1 + Math.floor(Math.random() * LARGEST_SESSION);
