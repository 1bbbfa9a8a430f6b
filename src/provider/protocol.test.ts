import { describe, expect, test } from 'vitest';
import { providerArguments } from './arguments.ts';
import { messageIn } from './message.ts';
import { parametersIn } from './metadata.ts';

describe("a provider's arguments", () => {
  const call = { project: 'shop', service: 'db', provider: { type: 'cloud', options: { tag: ['a', 'b c'], size: ['10'] } } };

  test('are its options, one flag per value, and nothing is split', () => {
    expect(providerArguments('up', call, null)).toEqual([
      'compose',
      '--project-name=shop',
      'up',
      '--size=10',
      '--tag=a',
      '--tag=b c',
      'db',
    ]);
  });

  test('are only those that it takes, and what it needs must be there', () => {
    expect(providerArguments('down', call, [])).toEqual(['compose', '--project-name=shop', 'down', 'db']);
    expect(providerArguments('up', call, [{ name: 'size', required: true }])).toContain('--size=10');
    expect(() => providerArguments('up', call, [{ name: 'region', required: true }])).toThrow('provider.options lacks "region"');
  });
});

test.each([
  ['', null],
  ['no JSON', null],
  ['{"description":""}', null],
  ['[]', null],
  ['{"description":"clouds"}', []],
  ['{"down":{"parameters":[]}}', []],
  [
    '{"up":{"parameters":[{"name":"a","required":true},{"name":"b"}]}}',
    [
      { name: 'a', required: true },
      { name: 'b', required: false },
    ],
  ],
])('metadata %s says of up %j', (text, expected) => {
  expect(parametersIn(text, 'up')).toEqual(expected);
});

test.each([
  ['{"description":"clouds","up":{"parameters":[{"name":"a"}]}}', null],
  ['{"description":"clouds","stop":{}}', []],
  ['{"stop":{"parameters":[{"name":"a","required":true}]}}', [{ name: 'a', required: true }]],
])('metadata %s says of stop %j, which not every provider has', (text, expected) => {
  expect(parametersIn(text, 'stop')).toEqual(expected);
});

test.each([
  ['{"type":"info","message":"hi"}', { type: 'info', text: 'hi' }],
  ['{"type":"error","message":"no"}', { type: 'error', text: 'no' }],
  ['{"type":"setenv","message":"URL=a=b"}', { type: 'variable', name: 'MY-DB_URL', value: 'a=b' }],
  ['{"type":"setenv","message":"EMPTY="}', { type: 'variable', name: 'MY-DB_EMPTY', value: '' }],
  ['{"type":"rawsetenv","message":"URL=a"}', { type: 'variable', name: 'URL', value: 'a' }],
  ['{"type":"setenv","message":"URL"}', null],
  ['{"type":"get-service-config"}', null],
  ['{"type":"info","message":1}', null],
  ['"text"', null],
  ['hello', null],
])('line %s means %j', (line, expected) => {
  expect(messageIn(line, 'my-db')).toEqual(expected);
});
