import { renderError, type AdjointError } from '@adjoint/core';
import { expect } from './target.js';

/** A message is for people. */
const LONGEST_MESSAGE = 20_000;

/** Checks of any error that it says something. */
export function expectError(error: AdjointError): void {
  const text = renderError(error);
  expect(text.trim() !== '', 'an error says nothing');
  expect(text.length <= LONGEST_MESSAGE, `an error takes ${text.length} characters`);
  expect(!/undefined\[|\$undefined/.test(text), `an error says undefined: ${text.slice(0, 200)}`);
}
