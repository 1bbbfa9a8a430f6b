import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { globalFlags } from './globals.ts';
import { referencePage } from './reference.ts';
import { commands } from './table.ts';

test('docs/reference/cli.md is what the command table says (node tools/generate.ts writes it)', () => {
  const onDisk = readFileSync(resolve(import.meta.dirname, '../../docs/reference/cli.md'), 'utf8');
  expect(onDisk).toBe(referencePage(commands, globalFlags));
});

test('no two flags of a command share a name or a letter, and every help text reads alike', () => {
  for (const command of commands.flatMap((one) => [one, ...(one.subcommands ?? [])])) {
    const letters = Object.values(command.flags).flatMap((flag) => flag.short ?? []);
    expect(new Set(letters).size, command.name).toBe(letters.length);
    expect(command.summary, command.name).toMatch(/^[A-Z].*[^.]$/);
    for (const [name, flag] of Object.entries(command.flags))
      expect(flag.help, `${command.name} --${name}`).toMatch(/^[A-Za-z].*[^.]$/);
  }
});
