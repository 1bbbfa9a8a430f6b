import { expect, test } from 'vitest';
import { MusterError } from '#lib/errors.ts';
import type { Observed, ObservedReplica } from '#model/observed.ts';
import { pickRunning, type Wish } from './pick-replica.ts';

const blank: ObservedReplica = {
  id: '',
  name: '',
  runtime: 'docker',
  service: '',
  number: 1,
  oneOff: false,
  state: 'running',
  health: 'none',
  exitCode: null,
  createdAt: 0,
  image: '',
  imageId: '',
  configHash: '',
  musterHash: '',
  config: null,
  networks: [],
  volumes: [],
  ports: [],
  replaces: null,
  status: '',
  command: '',
  labels: {},
};

function replica(
  service: string,
  number: number,
  state: ObservedReplica['state'],
  exitCode: number | null = null,
): ObservedReplica {
  return { ...blank, id: `${service}${number}`, name: `shop-${service}-${number}`, service, number, state, exitCode };
}

function observed(...replicas: readonly ObservedReplica[]): Observed {
  return { project: 'shop', replicas, networks: [], volumes: [], images: {}, heldPorts: [] };
}

function refusal(seen: Observed, wish: Partial<Wish>): string {
  try {
    pickRunning(seen, { service: 'web', index: null, inFile: ['web', 'db'], ...wish });
  } catch (error) {
    if (error instanceof MusterError) return `${error.message} (${error.hint})`;
  }
  throw new Error('picked one');
}

test('the first running replica is taken, or the one that --index names', () => {
  const seen = observed(replica('web', 2, 'running'), replica('web', 1, 'exited', 0), replica('web', 3, 'running'));
  expect(pickRunning(seen, { service: 'web', index: null, inFile: [] }).number).toBe(2);
  expect(pickRunning(seen, { service: 'web', index: 3, inFile: [] }).number).toBe(3);
});

test('one that does not run says its state and the command that helps', () => {
  expect([
    refusal(observed(replica('web', 1, 'exited', 3)), {}),
    refusal(observed(replica('web', 1, 'created')), {}),
    refusal(observed(replica('web', 1, 'restarting')), {}),
    refusal(observed(replica('web', 1, 'paused')), {}),
    refusal(observed(replica('web', 1, 'running'), replica('web', 2, 'dead')), { index: 2 }),
    refusal(observed(replica('web', 1, 'running')), { index: 7 }),
    refusal(observed(), {}),
    refusal(observed(replica('old', 1, 'running')), { service: 'wbe' }),
    refusal(observed(), { service: 'x', inFile: [] }),
  ]).toMatchInlineSnapshot(`
    [
      "service web is exited (3) (see why: muster logs web; start it again: muster start web)",
      "service web is not started yet (muster start web)",
      "service web is restarting (it keeps ending: muster logs web)",
      "service web is paused (it must be unpaused first: docker unpause shop-web-1)",
      "replica 2 of service web is dead (see why: muster logs web; start it again: muster start web)",
      "service web has no replica 7 (it has: 1)",
      "service web has no replica (muster up -d web)",
      "no such service: wbe (did you mean "web"? services are: db, old, web)",
      "no such service: x (this project has none)",
    ]
  `);
});
