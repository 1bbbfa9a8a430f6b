import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellQuote } from './shell-quote.ts';

/** Whatever means something to a shell, and some that does not. */
const nasty = `'"\\$\`!*?[]{}()<>|&;~# \t\n=%^aÜ€-\u0001`.split('');

test('a shell hands every word on exactly as it was', () => {
  const words = fc.array(fc.string({ unit: fc.constantFrom(...nasty) }), { maxLength: 12 });
  fc.assert(
    fc.property(words, (given) => {
      const script = `for word in ${given.map(shellQuote).join(' ')}; do printf '%s\\0' "$word"; done`;
      const seen = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
      expect(seen).toEqual(given);
    }),
    { numRuns: 60 },
  );
});
