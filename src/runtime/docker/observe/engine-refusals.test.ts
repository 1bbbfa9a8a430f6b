import { expect, test } from 'vitest';
import type { Engine } from '#engine/engine.ts';
import { project } from '#plan/sample.test-support.ts';
import { Memory } from '../memory.ts';
import { engineRefusals } from './engine-refusals.ts';

const asked: string[] = [];
/** Knows API versions up to this one. */
const engineOf = (newest: number): { readonly engine: Engine; readonly memory: Memory } => ({
  engine: { supports: async (version: string) => (asked.push(version), Number(version.slice(2)) <= newest) } as unknown as Engine,
  memory: new Memory(),
});

const demanding = project({
  db: {
    volumes: [
      { type: 'volume', source: 'data', target: '/a', volume: { subpath: 'part' } },
      { type: 'image', source: 'app', target: '/b' },
      { type: 'bind', source: '/c', target: '/c', bind: { recursive: 'readonly' } },
    ],
  },
  web: { networks: { back: { interface_name: 'eth7' } } },
});

test('every key that the engine is too old for is named, with the engine that it takes', async () => {
  expect((await engineRefusals(engineOf(41), demanding)).map(({ service, key, why }) => `${service}: ${key} ${why}`)).toEqual([
    'db: volumes[0].volume.subpath needs Docker Engine 26 or newer (API 1.45)',
    'db: volumes[1].type needs Docker Engine 28 or newer (API 1.48)',
    'db: volumes[2].bind.recursive needs Docker Engine 25 or newer (API 1.44)',
    'web: networks.back.interface_name needs Docker Engine 28.1 or newer (API 1.49)',
  ]);
  expect((await engineRefusals(engineOf(45), demanding)).map(({ key }) => key)).toEqual([
    'volumes[1].type',
    'networks.back.interface_name',
  ]);
  expect(await engineRefusals(engineOf(49), demanding)).toEqual([]);
});

test('an engine is not asked for what every engine can', async () => {
  asked.length = 0;
  expect(await engineRefusals(engineOf(24), project({ web: {} }))).toEqual([]);
  expect(asked).toEqual([]);
});
