import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellQuote } from './shell-quote.ts';

test('a shell hands every word on exactly as it was', () => {
  const words = fc.array(
    fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(words, (given) => {
      const script = `for word in ${given.map(shellQuote).join(' ')}; do printf '%s\\0' "$word"; done`;
      const seen = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
      expect(seen).toEqual(given);
    }),
    { numRuns: 60 },
  );
});
