import { expect, test } from 'vitest';
import type { Service } from '#model/project.ts';
import type { RunOptions } from '../runtime.ts';
import { nativeCommand } from './launch/command.ts';
import { nativeOneOff } from './one-off.ts';

const options: RunOptions = {
  command: null,
  entrypoint: null,
  tty: false,
  interactive: false,
  detach: false,
  user: '',
  workingDir: '',
  environment: [],
  name: '',
  labels: {},
  removeAfter: true,
  useAliases: false,
  signal: new AbortController().signal,
};
const service: Service = {
  command: ['inside'],
  entrypoint: ['/entry'],
  'x-muster': { process: { command: ['native'], environment: { MODE: 'file', KEPT: '1' }, user: 'ada' } },
};

test.each<[Partial<RunOptions>, string[]]>([
  [{}, ['native']],
  [{ command: ['sh', '-c', 'x'] }, ['sh', '-c', 'x']],
  [{ entrypoint: ['strace'], command: ['ls'] }, ['strace', 'ls']],
  [{ entrypoint: ['bash'] }, ['bash']],
])('with %o it runs %o', (asked, argv) => {
  expect(nativeCommand(nativeOneOff(service, { ...options, ...asked })).argv).toEqual(argv);
});

test('what is set on the command line counts above the file', () => {
  const changed = nativeOneOff(service, { ...options, environment: ['MODE=run'], user: 'bob', workingDir: '/tmp' });
  expect(nativeCommand(changed)).toMatchObject({ user: 'bob', workingDir: '/tmp' });
  expect(changed.environment).toEqual({ MODE: 'run' });
  expect(changed['x-muster']).toMatchObject({ process: { environment: { KEPT: '1' } } });
});
