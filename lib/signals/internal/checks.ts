// What options must be, and how it is said that one is not.
import { SignalError } from '../errors.js';

/** @throws SignalError ERR_INVALID_ARG_VALUE */
export function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  const quoted = choices.map((choice) => JSON.stringify(choice));
  throw new SignalError(
    'ERR_INVALID_ARG_VALUE',
    `invalid ${name} ${JSON.stringify(value)}: expected ${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`,
  );
}

/** @throws SignalError ERR_OUT_OF_RANGE */
export function checkRange(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new SignalError(
    'ERR_OUT_OF_RANGE',
    `invalid ${name} ${value}: expected a whole number from ${min} to ${max}`,
  );
}
