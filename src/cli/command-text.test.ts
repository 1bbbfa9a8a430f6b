import { expect, test } from 'vitest';
import { commandText } from './command-text.ts';
import { parseFlags } from './flags.ts';
import { commands } from './table.ts';

function told(name: string, ...words: string[]): string {
  const command = commands.find((each) => each.name === name);
  if (command === undefined) throw new Error(`no command ${name}`);
  const { flags, interspersed = true } = command;
  return commandText([name], command, parseFlags(words, { command: name, flags, interspersed }));
}

test('a command is told with the flags that were given, by their long names', () => {
  expect(told('up', '-d', 'web', '--scale', 'web=3', '-t5')).toBe('up --detach --scale web=3 --timeout 5 web');
  expect(told('up', '--build=false')).toBe('up --build=false');
  expect(told('down')).toBe('down');
});

test('values of variables, labels and build arguments are not told', () => {
  expect(told('run', '-e', 'TOKEN=hunter2', '-e', 'HOME', '-l', 'a=hunter2', 'web')).toBe(
    'run --env TOKEN=… --env HOME --label a=… web',
  );
  expect(told('build', '--build-arg', 'TOKEN=hunter2', '--build-arg', 'HOME')).toBe('build --build-arg TOKEN=… --build-arg HOME');
});

test('what runs inside of a container is not told', () => {
  expect(told('run', '--rm', 'db', 'mysql', '-phunter2')).toBe('run --rm db …');
});

test('words are told so that a shell would read them as they were', () => {
  expect(told('run', '--name', "it's me", 'web')).toBe("run --name 'it'\\''s me' web");
});
