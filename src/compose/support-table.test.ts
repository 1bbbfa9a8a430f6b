import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { composeReference } from '../../tools/parts/compose-reference.ts';
import { processSupport } from '../runtime/process/launch/support.ts';
import { remoteSupport } from '../runtime/remote/support.ts';
import { referenceAnchor } from './reference-anchor.ts';
import { projectFields } from './shapes/project.ts';
import { keyRows } from './support-table.ts';
import { dockerSupport } from './support.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/reference/compose.md'), 'utf8');
const rows = Object.keys(projectFields).flatMap((section) => keyRows(section));

test('docs/reference/compose.md is what the code says (node tools/generate.ts writes it)', () => {
  expect(page).toBe(composeReference());
});

test('a problem points at a line that the page has', () => {
  const paths = [
    ['services'],
    ['services', 'web', 'ports', 0, 'published'],
    ['services', 'web', 'build', 'args', 'A'],
    ['services', 'web', 'nonsense'],
    ['services', 'web', 'depends_on', 'db', 'condition'],
    ['networks', 'n', 'ipam', 'config', 1, 'subnet'],
    ['include', 0, 'path', 1],
  ];
  for (const path of paths) expect(page).toContain(`<a id="${referenceAnchor(path) ?? 'none'}"></a>`);
  expect(referenceAnchor(['services', 'web', 'ports', 0, 'published'])).toBe('services-ports-published');
  expect(referenceAnchor(['nonsense'])).toBeNull();
});

test('every key has one line, and what is said of a key is said of a key that there is', () => {
  const keys = rows.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).toEqual(expect.arrayContaining(Object.keys(dockerSupport).map((key) => `services.${key}`)));
  for (const table of [processSupport, remoteSupport]) expect(keys).toEqual(expect.arrayContaining(Object.keys(table)));
});

test('each runtime has a column: what it does otherwise, and else what containers get', () => {
  const cellsOf = (key: string): string[] =>
    page
      .split('\n')
      .find((line) => line.includes(`\`${key}\``))
      ?.split(' | ')
      .slice(2) ?? [];
  expect(cellsOf('services.cap_add')).toEqual([
    'acted on',
    'refused: needs a container: a native process has the rights of its user',
    'accepted |',
  ]);
  expect(cellsOf('services.hostname').slice(0, 2)).toEqual(['acted on', 'accepted with a warning']);
  expect(cellsOf('services.build.args').slice(0, 2)).toEqual(['acted on', 'accepted']);
  expect(cellsOf('services.depends_on.condition')).toEqual(['acted on', 'acted on', 'acted on |']);
});

test('a key below another takes its line over, unless it has its own', () => {
  const supportOf = (key: string): string | undefined => rows.find((row) => row.key === key)?.support;
  expect(supportOf('services.build.secrets.gid')).toBe('parsed only');
  expect(supportOf('services.deploy.placement.constraints')).toBe('parsed only');
  expect(supportOf('services.deploy.resources.limits.memory')).toBe('acted on');
  expect(supportOf('services.build.secrets.source')).toBe('acted on');
  expect(supportOf('services.build.secrets.mode')).toBe('parsed only');
});
