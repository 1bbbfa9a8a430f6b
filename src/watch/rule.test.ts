import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseIgnoreRules } from '#image/ignore-rules.ts';
import type { WatchTrigger } from '#model/project.ts';
import { targetOf, watchRule } from './rule.ts';

const rule = (more: Partial<WatchTrigger> = {}, dockerignore: { readonly root: string; readonly text: string } | null = null) =>
  watchRule({
    service: 'web',
    trigger: { path: '/home/me/app/src', action: 'sync', target: '/app', ...more },
    context: dockerignore === null ? null : { root: dockerignore.root, rules: parseIgnoreRules(dockerignore.text) },
  });

test('a rule covers its path and what is below it, and nothing that only begins alike', () => {
  const { covers } = rule();
  expect(['/home/me/app/src', '/home/me/app/src/a', '/home/me/app/src/ü x/b'].map(covers)).toEqual([true, true, true]);
  expect(['/home/me/app', '/home/me/app/src2', '/home/me/app/src2/a', '/'].map(covers)).toEqual([false, false, false, false]);
});

test('a rule of the root of the file system covers everything', () => {
  expect(rule({ path: '/' }).covers('/etc/passwd')).toBe(true);
  expect(targetOf({ path: '/', target: '/copy' }, '/etc/passwd')).toBe('/copy/etc/passwd');
});

describe('what is ignored', () => {
  test.each([
    ['a folder and all that is in it', ['node_modules/'], 'node_modules/a/b', false],
    ['a pattern without ** is about the top only', ['*.log'], 'deep/x.log', true],
    ['with ** about every depth', ['**/*.log'], 'deep/x.log', false],
    ['an exception brings back', ['a', '!a/keep'], 'a/keep/x', true],
    ['what was excepted may be ignored again', ['a', '!a/keep', 'a/keep/not'], 'a/keep/not', false],
  ])('%s', (_obligation, ignore, path, isCovered) => {
    expect(rule({ ignore }).covers(`/home/me/app/src/${path}`)).toBe(isCovered);
  });

  test.each(['.git/HEAD', 'a/.git/index', 'a/.b.swp', 'b~', '4913', '.#b', '.idea/workspace.xml', 'x___jb_tmp___'])(
    '%s always',
    (path) => expect(rule().covers(`/home/me/app/src/${path}`)).toBe(false),
  );

  test('a part of the way to the path is never a reason', () => {
    expect(rule({ path: '/home/me/.git/hooks' }).covers('/home/me/.git/hooks/pre-push')).toBe(true);
  });

  test('.dockerignore counts below the build context, and only there', () => {
    const context = { root: '/home/me/app', text: 'src/generated\n**/*.tmp\n' };
    const { covers } = rule({}, context);
    expect(covers('/home/me/app/src/generated/x')).toBe(false);
    expect(covers('/home/me/app/src/a/b.tmp')).toBe(false);
    expect(covers('/home/me/app/src/a/b')).toBe(true);
    expect(rule({ path: '/srv/shared' }, context).covers('/srv/shared/b.tmp')).toBe(true);
  });
});

test('with include only what it names is covered, unless it is ignored', () => {
  const { covers } = rule({ include: ['**/*.ts', 'assets'], ignore: ['**/*.test.ts'] });
  const below = (path: string): boolean => covers(`/home/me/app/src/${path}`);
  expect([below('a/b.ts'), below('assets/deep/logo.svg'), below('a/b.css'), below('a/b.test.ts')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('include does not stand in the way of a path that is one file', () => {
  expect(rule({ path: '/home/me/app/one.json', include: ['*.json'] }).covers('/home/me/app/one.json')).toBe(true);
});

test('an ignored folder need not be looked into, unless an exception may be in it; the way to the path must be', () => {
  const plain = rule({ ignore: ['node_modules', 'dist', '!dist/keep'] });
  const below = (path: string): string => `/home/me/app/src/${path}`;
  expect(plain.mayHold(below('node_modules'))).toBe(false);
  expect(plain.mayHold(below('node_modules/a'))).toBe(false);
  expect(plain.mayHold(below('dist'))).toBe(true);
  expect(plain.mayHold(below('lib'))).toBe(true);
  expect(plain.mayHold('/home/me')).toBe(true);
  expect(plain.mayHold('/home/you')).toBe(false);
});

describe('where it belongs in the replica', () => {
  test.each([
    ['/app', 'a/b', '/app/a/b'],
    ['/app/', 'a', '/app/a'],
    ['/', 'a', '/a'],
    ['app', 'a', '/app/a'],
    ['/app/../etc', 'a', '/etc/a'],
    ['../../etc', 'a', '/etc/a'],
  ])('below %s, %s is %s', (target, path, expected) => {
    expect(targetOf({ path: '/src', target }, `/src/${path}`)).toBe(expected);
  });

  test('a path that is one file is the target itself', () => {
    expect(targetOf({ path: '/src/a.json', target: '/etc/b.json' }, '/src/a.json')).toBe('/etc/b.json');
  });

  const name = fc
    .string({ minLength: 1, unit: fc.constantFrom('a', '.', ' ', 'ü', '-', '*', '\\', '$') })
    .filter((one) => one !== '.' && one !== '..');

  test('it is always below the target, whatever files are called', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
        expect(targetOf({ path: '/w', target: '/app/x' }, `/w/${names.join('/')}`)).toBe(`/app/x/${names.join('/')}`);
      }),
    );
  });

  test('what is covered is looked into', () => {
    const pattern = fc.constantFrom('a', '*', '**/a', 'a/**', '!a', '!a/b', '*/b', '!**/b', 'b/');
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 4 }),
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }),
        (ignore, names) => {
          const { covers, mayHold } = rule({ path: '/w', ignore });
          fc.pre(covers(`/w/${names.join('/')}`));
          for (let depth = 0; depth < names.length; depth++)
            expect(mayHold(['/w', ...names.slice(0, depth)].join('/'))).toBe(true);
        },
      ),
    );
  });
});
