import { expect, test } from 'vitest';
import { parseReply } from './store.ts';

const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

test('a reply is read only once it has come completely', () => {
  const whole = bytes('*2\r\n$5\r\nqueue\r\n$6\r\nünï\r\n');
  const cut = bytes('*2\r\n$5\r\nqueue\r\n$5\r\nünï\r\n');
  for (let length = 0; length < cut.length; length++) expect(parseReply(cut.slice(0, length))).toBeNull();
  expect(parseReply(cut)).toEqual({ value: ['queue', 'ünï'], length: cut.length });
  expect(parseReply(whole)).toBeNull();
});

test('numbers, nothing, status and errors are told apart', () => {
  expect(parseReply(':3\r\n')?.value).toBe(3);
  expect(parseReply('$-1\r\n')?.value).toBeNull();
  expect(parseReply('+OK\r\nrest')).toEqual({ value: 'OK', length: 5 });
  expect(parseReply('-NOAUTH no\r\n')?.value).toBeInstanceOf(Error);
});
