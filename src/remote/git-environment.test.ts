import { expect, test } from 'vitest';
import { gitEnvironment } from './git-environment.ts';

test('a hook of another repository that starts us does not lend us that repository', () => {
  const env = gitEnvironment(
    { PATH: '/bin', GIT_DIR: '/other/.git', GIT_INDEX_FILE: '/other/index', GIT_SSH_COMMAND: 'ssh -i key' },
    {},
  );
  expect(env).toMatchObject({ PATH: '/bin', GIT_SSH_COMMAND: 'ssh -i key', GIT_TERMINAL_PROMPT: '0' });
  expect(Object.keys(env).filter((name) => /DIR|INDEX/.test(name))).toEqual([]);
});

test('settings come after those that are there', () => {
  const mine = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'http.proxy', GIT_CONFIG_VALUE_0: 'proxy' };
  expect(gitEnvironment(mine, { 'remote.origin.url': 'https://host/app.git' })).toMatchObject({
    ...mine,
    GIT_CONFIG_COUNT: '3',
    GIT_CONFIG_KEY_1: 'remote.origin.url',
    GIT_CONFIG_VALUE_1: 'https://host/app.git',
    GIT_CONFIG_KEY_2: 'core.hooksPath',
  });
});
