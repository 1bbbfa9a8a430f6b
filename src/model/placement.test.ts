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

test('what is known under two names is placed under the one that stays', () => {
  const rules = { ...defaultRules, sameAs: { 'docker@ssh://localhost': 'docker' } };
  const placed = (host: string) =>
    placementOf({ extensions: {} }, { command: null, entrypoint: null, 'x-muster': { host } }, rules);
  expect(placed('ssh://localhost/')).toEqual({ kind: 'docker', host: 'local' });
  expect(placed('ssh://elsewhere')).toEqual({ kind: 'docker', host: 'ssh://elsewhere' });
});
