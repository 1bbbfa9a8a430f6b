import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findProgram } from './find-program.ts';

describe("a provider's program", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'muster-provider-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const install = (name: string, mode = 0o755): string => {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '', { mode });
    return path;
  };
  const find = (type: string, path = `${join(root, 'nowhere')}:${join(root, 'bin')}`): string =>
    findProgram('db', { type }, { pluginFolders: [join(root, 'plugins')], path, cwd: root });

  test('is a CLI plugin, else on PATH, and can be run', () => {
    install('plugins/docker-cloud', 0o644);
    const onPath = install('bin/cloud');
    expect(find('cloud')).toBe(onPath);
    rmSync(join(root, 'plugins/docker-cloud'));
    const plugin = install('plugins/docker-cloud');
    expect(find('cloud')).toBe(plugin);
  });

  test('with a path is that one', () => {
    const path = install('tools/cloud');
    expect(find('./tools/cloud')).toBe(path);
  });

  test('is not taken from whatever folder somebody stands in, nor is a folder one', () => {
    install('cloud');
    mkdirSync(join(root, 'bin/cloud'), { recursive: true });
    for (const path of ['', '.', `:${join(root, 'bin')}`])
      expect(() => find('cloud', path)).toThrow('service db: its provider "cloud" is not installed');
  });
});
