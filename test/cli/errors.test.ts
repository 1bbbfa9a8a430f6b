// Mistakes on the command line: what is printed, on standard error, and the exit code.

import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { launch } from '../support/muster.ts';

const muster = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  launch(resolve(import.meta.dirname, '../../bin/muster'), args, tmpdir(), { PATH: process.env['PATH'] ?? '', ...env }).finished;

async function refusals(...lines: readonly string[]): Promise<string> {
  const texts = await Promise.all(
    lines.map(async (line) => {
      const { code, stdout, stderr } = await muster(line.split(' '));
      expect(stdout).toBe('');
      return `$ muster ${line}\n${stderr}[${code}]`;
    }),
  );
  return texts.join('\n\n');
}

test('unknown commands and flags name the nearest one', async () => {
  expect(await refusals('pss', 'launch', 'up --detatch', 'up -x', 'logs -fx', '--fiel x up')).toMatchInlineSnapshot(`
    "$ muster pss
    muster: there is no command pss
      hint: did you mean ps? see muster --help
      code: UNKNOWN_COMMAND
    [1]

    $ muster launch
    muster: there is no command launch
      hint: see muster --help
      code: UNKNOWN_COMMAND
    [1]

    $ muster up --detatch
    muster: up has no flag --detatch
      hint: did you mean --detach? see muster up --help
      code: BAD_FLAG
    [1]

    $ muster up -x
    muster: up has no flag -x
      hint: see muster up --help
      code: BAD_FLAG
    [1]

    $ muster logs -fx
    muster: logs has no flag -x in -fx
      hint: see muster logs --help
      code: BAD_FLAG
    [1]

    $ muster --fiel x up
    muster: muster has no flag --fiel
      hint: did you mean --file? see muster --help
      code: BAD_FLAG
    [1]"
  `);
});

test('values of the wrong kind say what is expected', async () => {
  expect(
    await refusals(
      'up -t soon',
      'up --build=maybe',
      'down --rmi some',
      'logs --tail',
      '--progress loud ps',
      'scale web',
      'logs -n few',
      'port web http',
    ),
  ).toMatchInlineSnapshot(`
    "$ muster up -t soon
    muster: invalid value "soon" for -t, --timeout: a whole number is expected
      hint: see muster up --help
      code: BAD_FLAG
    [1]

    $ muster up --build=maybe
    muster: invalid value "maybe" for --build: true or false is expected
      hint: see muster up --help
      code: BAD_FLAG
    [1]

    $ muster down --rmi some
    muster: invalid value "some" for --rmi: one of all, local is expected
      hint: see muster down --help
      code: BAD_FLAG
    [1]

    $ muster logs --tail
    muster: --tail needs a value: -n, --tail N
      hint: see muster logs --help
      code: BAD_FLAG
    [1]

    $ muster --progress loud ps
    muster: invalid value "loud" for --progress: one of auto, tty, plain, json, quiet is expected
      hint: see muster --help
      code: BAD_FLAG
    [1]

    $ muster scale web
    muster: "web" does not say how many replicas of which service
      hint: write SERVICE=NUMBER: muster scale web=3
      code: BAD_ARGUMENT
    [1]

    $ muster logs -n few
    muster: invalid value "few" for -n, --tail: a number of lines or all is expected
      hint: see muster logs --help
      code: BAD_FLAG
    [1]

    $ muster port web http
    muster: "http" is not a port
      hint: give the number of the port inside the container: muster port web 80
      code: BAD_ARGUMENT
    [1]"
  `);
});

test('arguments that are missing or too many', async () => {
  expect(await refusals('exec web', 'run', 'port web', 'version now', 'help up down around', 'scale')).toMatchInlineSnapshot(`
    "$ muster exec web
    muster: exec takes SERVICE COMMAND [ARGS...], not "web"
      hint: see muster exec --help
      code: BAD_ARGUMENT
    [1]

    $ muster run
    muster: run takes SERVICE [COMMAND] [ARGS...], not none
      hint: see muster run --help
      code: BAD_ARGUMENT
    [1]

    $ muster port web
    muster: port takes SERVICE PRIVATE_PORT, not "web"
      hint: see muster port --help
      code: BAD_ARGUMENT
    [1]

    $ muster version now
    muster: version takes no arguments, not "now"
      hint: see muster version --help
      code: BAD_ARGUMENT
    [1]

    $ muster help up down around
    muster: help takes [COMMAND], not "up down around"
      hint: see muster help --help
      code: BAD_ARGUMENT
    [1]

    $ muster scale
    muster: scale takes SERVICE=N..., not none
      hint: see muster scale --help
      code: BAD_ARGUMENT
    [1]"
  `);
});

test('flags that exclude each other', async () => {
  expect(await refusals('up --build --no-build', 'create --force-recreate --no-recreate', 'up -d --abort-on-container-exit'))
    .toMatchInlineSnapshot(`
    "$ muster up --build --no-build
    muster: --build and --no-build exclude each other
      hint: give one of them
      code: BAD_FLAG
    [1]

    $ muster create --force-recreate --no-recreate
    muster: --force-recreate and --no-recreate exclude each other
      hint: give one of them
      code: BAD_FLAG
    [1]

    $ muster up -d --abort-on-container-exit
    muster: --detach and --abort-on-container-exit exclude each other: the one returns, the other stays
      hint: give one of them
      code: BAD_FLAG
    [1]"
  `);
});

test('what Docker Compose has and muster has not yet is an error that says so', async () => {
  expect(await refusals('push', 'up --menu', 'build --push')).toMatchInlineSnapshot(`
    "$ muster push
    muster: there is no command push yet, which Docker Compose has
      hint: what there is: muster --help
      code: NOT_YET
    [1]

    $ muster up --menu
    muster: up does not have --menu yet, which Docker Compose has
      hint: leave --menu out
      code: NOT_YET
    [1]

    $ muster build --push
    muster: build does not have --push yet, which Docker Compose has
      hint: leave --push out; what there is: muster build --help
      code: NOT_YET
    [1]"
  `);
});

test('with --progress json an error is one line of JSON', async () => {
  const { code, stderr } = await muster(['--progress', 'json', 'up', '--nope']);
  expect({ code, error: JSON.parse(stderr) as unknown }).toMatchInlineSnapshot(`
    {
      "code": 1,
      "error": {
        "code": "BAD_FLAG",
        "error": true,
        "hint": "see muster up --help",
        "message": "up has no flag --nope",
      },
    }
  `);
});

test('environment variables that stand for flags are checked like flags', async () => {
  expect((await muster(['ps'], { COMPOSE_PROGRESS: 'loud' })).stderr).toMatchInlineSnapshot(`
    "muster: COMPOSE_PROGRESS is "loud": one of auto, tty, plain, json, quiet is expected
      hint: unset COMPOSE_PROGRESS or give it one of these
      code: BAD_ARGUMENT
    "
  `);
  expect((await muster(['ps'], { COMPOSE_PARALLEL_LIMIT: 'many' })).stderr).toMatchInlineSnapshot(`
    "muster: COMPOSE_PARALLEL_LIMIT is "many": a whole number is expected
      hint: unset it, or give a number
      code: BAD_ARGUMENT
    "
  `);
  expect((await muster(['ps'], { COMPOSE_PROJECT_NAME: 'Not Good' })).stderr).toMatchInlineSnapshot(`
    "muster: "Not Good" is not a project name
      hint: a name has lower-case letters, digits, - and _, and starts with a letter or digit
      code: PROJECT_NAME
    "
  `);
});

test('a reader that leaves early gets no complaint', async () => {
  const program = resolve(import.meta.dirname, '../../bin/muster');
  const { stderr } = await launch('sh', ['-c', `"${program}" --help | true`], tmpdir(), { PATH: process.env['PATH'] ?? '' })
    .finished;
  expect(stderr).toBe('');
});

test('version prints what it is asked for', async () => {
  const outputs = await Promise.all(
    [['version'], ['--version'], ['-v'], ['version', '--short'], ['version', '-f', 'json']].map((args) => muster(args)),
  );
  expect(outputs.map(({ stdout }) => stdout.trim())).toMatchInlineSnapshot(`
    [
      "muster version 0.1.0",
      "muster version 0.1.0",
      "muster version 0.1.0",
      "0.1.0",
      "{"version":"0.1.0"}",
    ]
  `);
});
