// What `--help` prints, as files: a change of the command line is a change of these.

import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { launch } from '../support/muster.ts';

const muster = (...args: string[]) =>
  launch(resolve(import.meta.dirname, '../../bin/muster'), args, tmpdir(), { PATH: process.env['PATH'] ?? '' }).finished;

test('muster, muster --help and muster help print the same, on standard output, with exit code 0', async () => {
  const [bare, flag, command] = await Promise.all([muster(), muster('--help'), muster('help')]);
  await expect(flag.stdout).toMatchFileSnapshot('goldens/help.txt');
  expect(flag).toEqual({ code: 0, stdout: flag.stdout, stderr: '' });
  expect([bare, command]).toEqual([flag, flag]);
});

test.each(['up', 'exec', 'plan', 'receipts'])('muster %s --help', async (name) => {
  const { code, stdout, stderr } = await muster(name, '--help');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  await expect(stdout).toMatchFileSnapshot(`goldens/help-${name}.txt`);
});

test('help of a sub-command', async () => {
  const [verify, planned] = await Promise.all([muster('receipts', 'verify', '--help'), muster('help', 'plan', 'down')]);
  expect(verify.stdout).toMatchInlineSnapshot(`
    "Check that no receipt was edited, left out or reordered.

    Usage: muster receipts verify [OPTIONS]

    Options
          --format FORMAT  text or json (default text)

    Options of every command: muster --help
    "
  `);
  expect(planned.stdout).toContain('Usage: muster plan down [OPTIONS] [SERVICE...]');
  expect(planned.stdout).toContain('--detailed-exitcode');
});
