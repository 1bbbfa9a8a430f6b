import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MusterError } from '#lib/errors.ts';
import type { FlagTable } from './flag-types.ts';
import { parseFlags } from './flags.ts';

const flags = {
  detach: { type: 'bool', short: 'd', help: 'Detached' },
  interactive: { type: 'bool', short: 'i', default: true, help: 'Keep stdin open' },
  tty: { type: 'bool', short: 't', help: 'Terminal' },
  tail: { type: 'int', short: 'n', help: 'Lines' },
  user: { type: 'string', short: 'u', help: 'User' },
  env: { type: 'strings', short: 'e', help: 'Variables' },
  scale: { type: 'pairs', help: 'Replicas' },
  progress: { type: 'string', choices: ['auto', 'plain'], default: 'auto', help: 'Progress' },
} as const satisfies FlagTable;

function parse(line: string | readonly string[], interspersed = true) {
  const argv = typeof line === 'string' ? line.split(' ').filter(Boolean) : line;
  return parseFlags(argv, { command: 'muster try', flags, interspersed, notYet: ['--watch', '-w'] });
}

function refusal(line: string): string {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof MusterError) return `${error.code}: ${error.message} (${error.hint})`;
  }
  throw new Error(`accepted: ${line}`);
}

test('every spelling of a value means the same', () => {
  for (const line of ['-n5', '-n=5', '-n 5', '--tail 5', '--tail=5', '-dn5', '-n 7 -n5']) expect(parse(line).values.tail).toBe(5);
});

test('short flags combine, and the last may carry a value', () => {
  expect(parse('-dit -uroot').values).toMatchObject({ detach: true, interactive: true, tty: true, user: 'root' });
  expect(parse('-dituroot').values).toMatchObject({ detach: true, tty: true, user: 'root' });
  expect(parse('-i=false -d=0').values).toMatchObject({ interactive: false, detach: false });
});

test('flags may follow arguments unless the command takes a command line', () => {
  expect(parse('web -d api').args).toEqual(['web', 'api']);
  expect(parse('web -d api').values.detach).toBe(true);
  const run = parse(['-e', 'A=1', 'web', 'sh', '-c', 'echo -d', '--', '--user'], false);
  expect(run.args).toEqual(['web', 'sh', '-c', 'echo -d', '--', '--user']);
  expect(run.values).toMatchObject({ detach: false, env: ['A=1'], user: '' });
});

test('-- ends the flags and a lone - is an argument', () => {
  expect(parse('-d -- -n --foo').args).toEqual(['-n', '--foo']);
  expect(parse('- -d').args).toEqual(['-']);
});

test('repeats grow lists, and pairs keep what follows the first =', () => {
  expect(parse('-e A=1 --env B -eC').values.env).toEqual(['A=1', 'B', 'C']);
  expect(parse('--scale web=3 --scale api=a=b --scale x').values.scale).toEqual([
    ['web', '3'],
    ['api', 'a=b'],
    ['x', null],
  ]);
});

test('what was given is known apart from its value', () => {
  expect([...parse('--progress auto -i').given]).toEqual(['progress', 'interactive']);
  expect(parse('').values).toEqual({
    detach: false,
    interactive: true,
    tty: false,
    tail: null,
    user: '',
    env: [],
    scale: [],
    progress: 'auto',
  });
});

test('a bad flag is refused with what was written, what is expected and where help is', () => {
  expect(
    ['--detatch', '-x', '-dx', '--tail', '-n soon', '--progress=loud', '--detach=maybe', '--scale =3', '--watch', '-w'].map(
      refusal,
    ),
  ).toMatchInlineSnapshot(`
    [
      "BAD_FLAG: try has no flag --detatch (did you mean --detach? see muster try --help)",
      "BAD_FLAG: try has no flag -x (see muster try --help)",
      "BAD_FLAG: try has no flag -x in -dx (see muster try --help)",
      "BAD_FLAG: --tail needs a value: -n, --tail N (see muster try --help)",
      "BAD_FLAG: invalid value "soon" for -n, --tail: a whole number is expected (see muster try --help)",
      "BAD_FLAG: invalid value "loud" for --progress: one of auto, plain is expected (see muster try --help)",
      "BAD_FLAG: invalid value "maybe" for -d, --detach: true or false is expected (see muster try --help)",
      "BAD_FLAG: invalid value "=3" for --scale: KEY=VALUE is expected (see muster try --help)",
      "NOT_YET: try does not have --watch yet, which Docker Compose has (leave --watch out; what there is: muster try --help)",
      "NOT_YET: try does not have -w yet, which Docker Compose has (leave -w out; what there is: muster try --help)",
    ]
  `);
});

test('whatever is given as a value comes back unchanged', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (values) => {
      expect(parse(values.flatMap((value) => ['-e', value])).values.env).toEqual(values);
      expect(parse(values.map((value) => `--env=${value}`)).values.env).toEqual(values);
      expect(parse(values.map((value) => `-e=${value}`)).values.env).toEqual(values);
    }),
  );
});

test('whatever follows -- is an argument, and so is all that follows a first argument where flags may not', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      expect(parse(['--', ...words]).args).toEqual(words);
      expect(parse(['web', ...words], false).args).toEqual(['web', ...words]);
    }),
  );
});

test('any command line is either parsed or refused with BAD_FLAG', () => {
  const word = fc.oneof(fc.string(), fc.constantFrom('-d', '-n', '--tail', '-e', '--env=', '-n5', '--', '-', '--no', '-ditn'));
  fc.assert(
    fc.property(fc.array(word), fc.boolean(), (words, interspersed) => {
      try {
        parse(words, interspersed);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(BAD_FLAG|NOT_YET)$/) });
      }
    }),
  );
});

test('a whole number survives in every base that Go reads', () => {
  fc.assert(
    fc.property(fc.integer(), (n) => {
      const sign = n < 0 ? '-' : '';
      for (const text of [String(n), `${sign}0x${Math.abs(n).toString(16)}`, `${sign}0b${Math.abs(n).toString(2)}`])
        expect(parse([`--tail=${text}`]).values.tail).toBe(n);
    }),
  );
});
