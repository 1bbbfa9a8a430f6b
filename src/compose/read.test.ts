import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseFile } from './parse-file.ts';
import { diskReader } from './read.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'muster-read-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function written(bytes: Buffer): string {
  const path = join(folder, 'compose.yaml');
  writeFileSync(path, bytes);
  return diskReader.read(path);
}

test.each(['utf8', 'utf16le'] as const)('a file in %s with a mark is read', (encoding) =>
  expect(written(Buffer.from('\uFEFFa: é', encoding))).toBe('a: é'),
);

test('a file in big-endian UTF-16 is read', () => expect(written(Buffer.from('\uFEFFa: é', 'utf16le').swap16())).toBe('a: é'));

test('a Compose file that is no text is refused, with the place', () => {
  const text = written(Buffer.concat([Buffer.from('a: b\nc: "'), Buffer.from([0xe9]), Buffer.from('"\n')]));
  expect(() => parseFile({ name: 'compose.yaml', text })).toThrow(
    expect.objectContaining({ place: expect.objectContaining({ line: 2, column: 5 }) }),
  );
});
