import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { errorCodes } from '#lib/errors.ts';

test("docs/errors.md has a section per error code, in the catalogue's order, and none for codes that are gone", () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../docs/errors.md'), 'utf8');
  const sections = [...text.matchAll(/^### (.+)$/gm)].map((match) => match[1]);
  expect(sections).toEqual(errorCodes);
});
