import { expect, test } from 'vitest';
import type { Project } from '#model/project.ts';
import type { App } from './app.ts';
import { createOptions, nameSeparator } from './create-options.ts';
import { readGlobals } from './globals.ts';

const flags = { 'force-recreate': false, 'no-recreate': false, 'remove-orphans': false, scale: [] } as never;

/** An application whose .env or process environment says so. */
const projectWith = (environment: Readonly<Record<string, string>>): Project => ({ environment }) as unknown as Project;
const appWith = (compatibility: boolean): App => ({ globals: { compatibility } }) as unknown as App;

test('names are joined as the flag or COMPOSE_COMPATIBILITY asks, also in .env', () => {
  expect(nameSeparator(appWith(false), projectWith({}))).toBe('-');
  expect(nameSeparator(appWith(true), projectWith({}))).toBe('_');
  expect(nameSeparator(appWith(false), projectWith({ COMPOSE_COMPATIBILITY: '1' }))).toBe('_');
});

test('COMPOSE_COMPATIBILITY is not the flag, which takes the normal form away too', () => {
  expect(
    readGlobals({ compatibility: false, progress: 'auto', ansi: 'auto', parallel: null } as never, { COMPOSE_COMPATIBILITY: '1' })
      .compatibility,
  ).toBe(false);
});

test('what .env says of orphans counts, but removing them is said to up alone', () => {
  const options = createOptions(
    appWith(false),
    flags,
    [],
    projectWith({ COMPOSE_REMOVE_ORPHANS: 'true', COMPOSE_IGNORE_ORPHANS: '1' }),
  );
  expect(options).toMatchObject({ removeOrphans: false, ignoreOrphans: true });
});
