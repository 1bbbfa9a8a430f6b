import { expect, test } from 'vitest';
import { defaultRules, placementNamed, placementOf, runtimeName } from './placement.ts';

test('however a host is written, its runtime has one name', () => {
  const nameOf = (host: string): string =>
    runtimeName(placementOf({ extensions: {} }, { command: null, entrypoint: null, 'x-muster': { host } }, defaultRules));
  expect([nameOf('SSH://deploy@web1/'), nameOf('ssh://d%65ploy@web1')]).toEqual([
    'docker@ssh://deploy@web1',
    'docker@ssh://deploy@web1',
  ]);
  expect(runtimeName(placementNamed('process@sudo://root'))).toBe('process@sudo://');
});
