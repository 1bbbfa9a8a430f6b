import { expect, test } from 'vitest';
import { memoryReader } from './memory.test-support.ts';
import { withOwnVariables } from './own-variables.ts';

// What Docker Compose 2.40.3 did with the same files, each tried with COMPOSE_PARALLEL_LIMIT=x, which it refuses where it counts.

type Options = Partial<Parameters<typeof withOwnVariables>[0]>;

function limitOf(files: Readonly<Record<string, string>>, options: Options = {}): string | undefined {
  return all(files, options)['COMPOSE_PARALLEL_LIMIT'];
}

const all = (files: Readonly<Record<string, string>>, options: Options = {}) =>
  withOwnVariables({ files: [], envFiles: [], environment: {}, cwd: '/app', ...options }, memoryReader(files));

test('what .env says to the program counts unless the process says it too', () => {
  const files = { '.env': 'COMPOSE_PARALLEL_LIMIT=${N}3\nCOMPOSE_ANSI=never\nCOMPOSE_PROJECT_NAME=shop\nOTHER=1\n' };
  const environment = { N: '1', COMPOSE_ANSI: '' };
  expect(all(files, { environment })).toEqual({
    N: '1',
    COMPOSE_ANSI: '',
    COMPOSE_PARALLEL_LIMIT: '13',
    COMPOSE_PROJECT_NAME: 'shop',
  });
});

test('the .env beside the first file or in the project folder counts, no other', () => {
  const files = { '.env': 'COMPOSE_PARALLEL_LIMIT=here\n', 'sub/.env': 'COMPOSE_PARALLEL_LIMIT=sub\n' };
  expect(limitOf(files)).toBe('here');
  expect(limitOf(files, { cwd: '/app/deep' })).toBeUndefined();
  expect(limitOf(files, { cwd: '/app/sub' })).toBe('sub');
  expect(limitOf(files, { cwd: '/app/sub', files: ['-'] })).toBe('sub');
  expect(limitOf(files, { files: ['sub/c.yaml', 'b.yaml'] })).toBe('sub');
  expect(limitOf(files, { files: ['sub/c.yaml'], projectDirectory: '.' })).toBe('here');
  expect(limitOf(files, { environment: { COMPOSE_FILE: 'sub/c.yaml' } })).toBe('here');
  expect(limitOf(files, { envFiles: ['sub/.env'] })).toBe('sub');
  expect(limitOf(files, { environment: { COMPOSE_ENV_FILES: '.env,sub/.env' } })).toBe('sub');
});

test('an application from elsewhere has no .env here', () => {
  const files = { '.env': 'COMPOSE_PARALLEL_LIMIT=here\n', 'b.env': 'COMPOSE_PARALLEL_LIMIT=b\n' };
  expect(limitOf(files, { files: ['oci://registry/app'] })).toBeUndefined();
  expect(limitOf(files, { files: ['compose.yaml', 'oci://registry/app'] })).toBe('here');
  expect(limitOf(files, { files: ['oci://registry/app'], envFiles: ['b.env'] })).toBe('b');
});

test('.env is left alone where the process disables it, and has its say where it does so itself', () => {
  const disabling = { '.env': 'COMPOSE_PARALLEL_LIMIT=x\nCOMPOSE_DISABLE_ENV_FILE=1\n' };
  expect(limitOf(disabling)).toBe('x');
  expect(limitOf(disabling, { environment: { COMPOSE_DISABLE_ENV_FILE: 'true' } })).toBeUndefined();
});

test('what Docker Compose takes of the process alone does not count', () => {
  const names = ['COMPOSE_ENV_FILES', 'COMPOSE_PROGRESS', 'COMPOSE_REMOVE_ORPHANS', 'COMPOSE_STATUS_STDOUT'];
  expect(all({ '.env': names.map((name) => `${name}=1`).join('\n') })).toEqual({});
});

test('files that are broken or missing are no matter of a command that needs none', () => {
  expect(limitOf({ '.env': 'COMPOSE_PARALLEL_LIMIT=x\nA="x\n' })).toBeUndefined();
  expect(limitOf({ '.env': 'COMPOSE_PARALLEL_LIMIT=x${A:?no}' })).toBeUndefined();
  expect(limitOf({}, { envFiles: ['missing.env'] })).toBeUndefined();
  expect(limitOf({ '.env': 'A=1' }, { environment: { COMPOSE_DISABLE_ENV_FILE: 'perhaps' } })).toBeUndefined();
});
