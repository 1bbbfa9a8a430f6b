import { describe, expect, test } from 'vitest';
import { textOf } from '#lib/byte-text.ts';
import type { HostBench } from './host.ts';

const names = ['a b', "it's", 'two\nlines', '$HOME;`x`', 'ü€😀', '-rf', '*', textOf(Buffer.of(0x66, 0xff, 0xc3, 0x28))];

export function hostFiles(bench: HostBench): void {
  const bytes = (content: string): Uint8Array => Buffer.from(content);
  const statOf = (path: string): Promise<string> => bench.output('stat', '-c', '%a %u %g', path);

  describe('a file', () => {
    test('is read as it was written, with the mode that was asked for whatever the umask', async () => {
      const content = Buffer.from([0, 255, 10, 128]);
      await bench.host.writeFile(bench.at('data'), content, { mode: 0o666 });
      expect(await bench.host.readFile(bench.at('data'))).toEqual(content);
      expect(await statOf(bench.at('data'))).toMatch(/^666 /);
    });

    test('may have any name', async () => {
      await bench.host.makeDirectory(bench.at('names'), { mode: 0o755 });
      for (const name of names) {
        await bench.host.writeFile(bench.at(`names/${name}`), bytes(name.toWellFormed()), { mode: 0o600 });
        expect((await bench.host.readFile(bench.at(`names/${name}`))).toString()).toBe(name.toWellFormed());
      }
      expect((await bench.host.list(bench.at('names'))).toSorted()).toEqual(names.toSorted());
      for (const name of await bench.host.list(bench.at('names'))) await bench.host.remove(bench.at(`names/${name}`));
      expect(await bench.host.list(bench.at('names'))).toEqual([]);
    });

    test('gets its owner before anybody can read it, where that is allowed', async () => {
      const { uid } = await bench.host.facts();
      const write = bench.host.writeFile(bench.at('owned'), bytes('x'), { mode: 0o440, uid: 1234, gid: 4321 });
      if (uid !== 0) {
        await expect(write).rejects.toMatchObject({ code: 'EPERM' });
        return;
      }
      await write;
      expect(await statOf(bench.at('owned'))).toBe('440 1234 4321\n');
    });

    test('is replaced as a whole: a reader that has it open keeps the old one', async () => {
      await bench.host.writeFile(bench.at('replaced'), bytes('old'), { mode: 0o600 });
      const before = await bench.output('stat', '-c', '%i', bench.at('replaced'));
      await bench.host.writeFile(bench.at('replaced'), bytes('new'), { mode: 0o600 });
      expect(await bench.output('stat', '-c', '%i', bench.at('replaced'))).not.toBe(before);
      expect((await bench.host.readFile(bench.at('replaced'))).toString()).toBe('new');
    });

    test('takes the place of a link, and leaves what that points to alone', async () => {
      await bench.host.makeDirectory(bench.at('pointed-to'), { mode: 0o755 });
      await bench.output('ln', '-s', bench.at('pointed-to'), bench.at('link'));
      await bench.host.writeFile(bench.at('link'), bytes('x'), { mode: 0o600 });
      expect([await bench.host.stat(bench.at('link')), await bench.host.list(bench.at('pointed-to'))]).toMatchObject([
        { kind: 'file' },
        [],
      ]);
    });

    test('that can not be written leaves nothing behind', async () => {
      await bench.host.makeDirectory(bench.at('taken/inside'), { mode: 0o700 });
      await expect(bench.host.writeFile(bench.at('taken'), bytes('x'), { mode: 0o600 })).rejects.toMatchObject({
        code: 'EISDIR',
      });
      await expect(bench.host.writeFile(bench.at('no/folder'), bytes('x'), { mode: 0o600 })).rejects.toMatchObject({
        code: 'ENOENT',
      });
      expect((await bench.host.list(bench.directory)).filter((entry) => entry.startsWith('.'))).toEqual([]);
    });

    test('written many times at once is always one of them', async () => {
      const contents = Array.from({ length: 12 }, (_, i) => String(i).repeat(2000));
      await Promise.all(contents.map((content) => bench.host.writeFile(bench.at('raced'), bytes(content), { mode: 0o600 })));
      expect(contents).toContain((await bench.host.readFile(bench.at('raced'))).toString());
    });

    test('that is not there rejects when read', async () => {
      await expect(bench.host.readFile(bench.at('missing'))).rejects.toMatchObject({ code: 'ENOENT' });
    });

    test('is described without following links, and its mode can be set', async () => {
      await bench.host.writeFile(bench.at('described'), bytes('12345'), { mode: 0o640 });
      await bench.host.setMode(bench.at('described'), 0o755);
      await bench.output('ln', '-s', 'described', bench.at('to-it'));
      const { uid } = await bench.host.facts();
      expect(await bench.host.stat(bench.at('described'))).toMatchObject({ kind: 'file', mode: 0o755, uid, sizeBytes: 5 });
      expect(await bench.host.stat(bench.at('to-it'))).toMatchObject({ kind: 'link' });
      expect(await bench.host.stat(bench.directory)).toMatchObject({ kind: 'directory' });
      expect([await bench.host.stat(bench.at('not-there')), await bench.host.stat(bench.at('described/x'))]).toEqual([
        null,
        null,
      ]);
    });
  });

  describe('a directory', () => {
    test('is made with its parents and the mode, also when it was there with another', async () => {
      await bench.host.makeDirectory(bench.at('a/b/c'), { mode: 0o755 });
      await bench.host.makeDirectory(bench.at('a/b/c'), { mode: 0o700 });
      expect(await statOf(bench.at('a/b/c'))).toMatch(/^700 /);
    });

    test('is listed by name', async () => {
      await bench.host.makeDirectory(bench.at('listed'), { mode: 0o700 });
      for (const entry of ['b', 'a', '.c', '..d'])
        await bench.host.writeFile(bench.at(`listed/${entry}`), bytes(''), { mode: 0o600 });
      await bench.output('ln', '-s', 'nowhere', bench.at('listed/dangling'));
      expect(await bench.host.list(bench.at('listed'))).toEqual(['..d', '.c', 'a', 'b', 'dangling']);
    });

    test('that is not there, or is none, is not listed', async () => {
      await bench.host.writeFile(bench.at('no-directory'), bytes(''), { mode: 0o600 });
      await expect(bench.host.list(bench.at('no-directory'))).rejects.toMatchObject({ code: 'ENOTDIR' });
      await expect(bench.host.list(bench.at('not-there'))).rejects.toMatchObject({ code: 'ENOENT' });
    });

    test('is removed with all that is in it, and again without complaint; a link goes alone', async () => {
      await bench.host.makeDirectory(bench.at('gone/deep'), { mode: 0o700 });
      await bench.output('ln', '-s', 'gone', bench.at('link-to-gone'));
      await bench.host.remove(bench.at('link-to-gone'));
      expect(await bench.host.exists(bench.at('gone/deep'))).toBe(true);
      await bench.host.remove(bench.at('gone'));
      await bench.host.remove(bench.at('gone'));
      expect([await bench.host.exists(bench.at('gone')), await bench.host.exists(bench.directory)]).toEqual([false, true]);
    });
  });
}
