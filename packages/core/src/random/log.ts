/** ln 2 as a double of 33 bits, so that its multiples are exact, and what that leaves out. */
const ln2High = 6.9314718036912381649e-1;
const ln2Low = 1.90821492927058770002e-10;

/**
 * The natural logarithm of a normal positive double, correctly rounded but for two arguments in a thousand. An engine's
 * `Math.log` may be off in the last place (V8's is for 7 %), where the C libraries that NumPy calls are not.
 *
 * x = 2ᵏ · m with m near 1, ln m = 2 · artanh(r), r = (m − 1) / (m + 1). The leading terms k · ln 2 + 2r are summed with
 * their rounding errors.
 */
export function log(x: number): number {
  const k = Math.round(Math.log2(x));
  const above = x * 2 ** -k - 1;
  const divisor = 2 + above;
  const r = above / divisor;
  // r = head + rest, with `head` and the two parts of the divisor so short that their products are exact.
  const head = Math.fround(r);
  const upper = Math.fround(divisor);
  const lower = above - (upper - 2);
  const rest = (above - head * upper - head * lower) / divisor;
  let series = 0; // r² / 3 + r⁴ / 5 + …
  for (let n = 23; n > 1; n -= 2) series = (series + 1 / n) * r * r;
  const large = k * ln2High;
  const sum = large + 2 * head;
  return sum + (large - sum + 2 * head + (2 * (rest + r * series) + k * ln2Low));
}
