import { createHash, randomBytes } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HostBench } from './host.ts';

export function hostCopies(bench: HostBench): void {
  describe('a copy', () => {
    let here: string;
    beforeAll(() => {
      here = mkdtempSync(join(tmpdir(), 'muster-copies-'));
    });
    afterAll(() => rmSync(here, { recursive: true }));

    const noDrafts = async (): Promise<void> => {
      const left = [...(await bench.host.list(bench.directory)), ...readdirSync(here)].filter((name) =>
        name.startsWith('.muster-'),
      );
      expect(left).toEqual([]);
    };

    test('of a file arrives whole, with its checksum and mode, and comes back the same', async () => {
      const content = randomBytes(3_000_001);
      writeFileSync(join(here, 'a file'), content, { mode: 0o755 });
      const sha256 = createHash('sha256').update(content).digest('hex');
      await bench.host.writeFile(bench.at('copied'), Buffer.from('old'), { mode: 0o600 });
      expect(await bench.host.upload(join(here, 'a file'), bench.at('copied'))).toEqual({ sha256, sizeBytes: content.length });
      expect(await bench.host.stat(bench.at('copied'))).toMatchObject({ kind: 'file', mode: 0o755, sizeBytes: content.length });
      expect(await bench.host.download(bench.at('copied'), join(here, 'back'), { mode: 0o640 })).toEqual({
        sha256,
        sizeBytes: content.length,
      });
      expect(readFileSync(join(here, 'back')).equals(content)).toBe(true);
      expect(lstatSync(join(here, 'back')).mode & 0o777).toBe(0o640);
      await noDrafts();
    });

    test('of an empty file is an empty file', async () => {
      writeFileSync(join(here, 'empty'), '');
      expect(await bench.host.upload(join(here, 'empty'), bench.at('empty'), { mode: 0o600 })).toMatchObject({ sizeBytes: 0 });
      expect(await bench.host.download(bench.at('empty'), join(here, 'empty-back'))).toMatchObject({ sizeBytes: 0 });
    });

    test('of a tree keeps names, modes and links, follows none, and replaces what was there', async () => {
      const tree = join(here, 'tree');
      mkdirSync(join(tree, 'deep er'), { recursive: true });
      writeFileSync(join(tree, 'deep er/two\nlines'), 'x', { mode: 0o640 });
      writeFileSync(join(tree, 'run'), '#!/bin/sh\n', { mode: 0o755 });
      symlinkSync('/etc/passwd', join(tree, 'outside'));
      await bench.host.makeDirectory(bench.at('tree/old'), { mode: 0o755 });
      for (const target of [bench.at('tree'), bench.at('tree/')]) await bench.host.upload(tree, target);
      expect(await bench.host.list(bench.at('tree'))).toEqual(['deep er', 'outside', 'run']);
      expect(await bench.host.stat(bench.at('tree/outside'))).toMatchObject({ kind: 'link' });
      expect(await bench.host.stat(bench.at('tree/run'))).toMatchObject({ mode: 0o755 });
      await bench.host.download(bench.at('tree'), join(here, 'tree-back'));
      expect(namesBelow(join(here, 'tree-back'))).toEqual(namesBelow(tree));
      expect(readlinkSync(join(here, 'tree-back/outside'))).toBe('/etc/passwd');
      expect(lstatSync(join(here, 'tree-back/deep er/two\nlines')).mode & 0o777).toBe(0o640);
      await noDrafts();
    });

    test('that can not be made leaves nothing behind and says why', async () => {
      writeFileSync(join(here, 'small'), 'x');
      await bench.host.makeDirectory(bench.at('in-the-way/x'), { mode: 0o755 });
      await expect(bench.host.upload(join(here, 'nothing'), bench.at('y'))).rejects.toMatchObject({ code: 'ENOENT' });
      await expect(bench.host.upload(join(here, 'small'), bench.at('no/folder'))).rejects.toMatchObject({ code: 'ENOENT' });
      await expect(bench.host.upload(join(here, 'small'), bench.at('in-the-way'))).rejects.toMatchObject({ code: 'EISDIR' });
      await expect(bench.host.download(bench.at('nothing'), join(here, 'z'))).rejects.toMatchObject({ code: 'ENOENT' });
      await noDrafts();
    });

    test('that is aborted leaves what was there', async () => {
      writeFileSync(join(here, 'big'), Buffer.alloc(64 * 1024 * 1024));
      await bench.host.writeFile(bench.at('kept'), Buffer.from('kept'), { mode: 0o600 });
      const controller = new AbortController();
      const copying = bench.host.upload(join(here, 'big'), bench.at('kept'), { signal: controller.signal });
      copying.catch(() => {});
      setImmediate(() => controller.abort());
      await expect(copying).rejects.toMatchObject({ code: 'CANCELLED' });
      expect((await bench.host.readFile(bench.at('kept'))).toString()).toBe('kept');
      await noDrafts();
    });
  });
}

const namesBelow = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
