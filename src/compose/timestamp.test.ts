import { expect, test } from 'vitest';
import { resolveTimestamp } from './timestamp.ts';

test.each([
  ['a day', '2001-1-2', '2001-01-02T00:00:00Z'],
  ['one-digit parts', '2001-01-01 1:2:3', '2001-01-01T01:02:03Z'],
  ['several spaces', '2001-01-01   1:2:3.50', '2001-01-01T01:02:03.5Z'],
  ['a zone', '2001-01-01t1:02:03.4-00:30', '2001-01-01T01:02:03.4-00:30'],
  ['a zone that is none', '2001-01-01T1:02:03-00:00', '2001-01-01T01:02:03Z'],
  ['the farthest zone', '2001-01-01T1:02:03-24:60', '2001-01-01T01:02:03-25:00'],
  ['a comma before the fraction', '2001-01-01T1:02:03,4Z', '2001-01-01T01:02:03.4Z'],
  ['more digits than nanoseconds have', '2001-01-01T1:02:03.12345678912Z', '2001-01-01T01:02:03.123456789Z'],
  ['a leap day', '0000-2-29', '0000-02-29T00:00:00Z'],
])('%s is read', (_, text, expected) => expect(resolveTimestamp(text)?.text).toBe(expected));

test.each([
  ['T without a zone', '2001-01-01T1:02:03'],
  ['a space with a zone', '2001-01-01 1:02:03Z'],
  ['a space before the zone', '2001-01-01 1:02:03 -5'],
  ['a zone without minutes', '2001-01-01t1:02:03.4+5'],
  ['a zone too far', '2001-01-01T1:02:03+25:00'],
  ['a tab', '2001-01-01\t1:02:03'],
  ['a fraction without digits', '2001-01-01T1:02:03.Z'],
  ['hour 24', '2001-01-01T24:02:03Z'],
  ['minute 60', '2001-01-01 23:60:03'],
  ['second 60', '2001-01-01 23:59:60'],
  ['no leap day', '1900-2-29'],
  ['day 0', '2001-1-0'],
  ['month 13', '2001-13-1'],
  ['a year of five digits', '20010-01-01'],
])('%s is text', (_, text) => expect(resolveTimestamp(text)).toBeUndefined());
