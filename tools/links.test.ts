import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from './parts/run.ts';

const folders = ['docs', 'examples', 'bench'];
const pages = [
  ...readdirSync(repository).filter((name) => name.endsWith('.md')),
  ...folders.flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  ),
];

test('every link between pages leads to a file', () => {
  const broken = pages.flatMap((page) =>
    [...readFileSync(join(repository, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      .filter((link) => !existsSync(join(repository, dirname(page), link[1] ?? '')))
      .map((link) => `${page}: ${link[1]}`),
  );
  expect(pages).toContain('README.md');
  expect(broken).toEqual([]);
});
