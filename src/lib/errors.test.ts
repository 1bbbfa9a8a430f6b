import { expect, test } from 'vitest';
import { MusterError, MusterErrors, throwAll } from './errors.ts';

const lost = (): MusterError => new MusterError('ENGINE_LOST', 'the engine went away');

test('one problem is thrown as itself, also when it was met many times', () => {
  const first = lost();
  expect(() => throwAll([first, lost(), lost()])).toThrow(MusterError);
  expect(() => throwAll([first, lost(), lost()])).not.toThrow(MusterErrors);
});

test('different problems are thrown together, each once', () => {
  const other = new MusterError('ENGINE_LOST', 'nobody answers');
  try {
    throwAll([lost(), other, lost()]);
    expect.unreachable();
  } catch (error) {
    expect((error as MusterErrors).errors.map(({ message }) => message)).toEqual(['the engine went away', 'nobody answers']);
  }
});

test('the same message at two places is two problems', () => {
  const at = (line: number): MusterError =>
    new MusterError('COMPOSE_INVALID', 'unknown key', { place: { file: 'compose.yaml', line } });
  expect(() => throwAll([at(1), at(2)])).toThrow(MusterErrors);
});
