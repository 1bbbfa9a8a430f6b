import { expect, test } from 'vitest';
import type { ObservedReplica } from '#model/observed.ts';
import { observed, project, replica } from './sample.test-support.ts';
import { type StatusInput, projectStatus } from './status.ts';

type Fields = Partial<ObservedReplica>;

const webOnly = project({ web: {} });

function statusOf(replicas: readonly Fields[], wanted = webOnly, more: Partial<StatusInput> = {}): string {
  const seen = observed({ replicas: replicas.map((fields, index) => replica(wanted, 'web', index + 1, fields)) });
  const input = { project: wanted, observed: seen, checks: new Map(), lost: new Map(), ...more };
  const web = projectStatus(input).services.find(({ service }) => service === 'web');
  return `${web?.status}: ${web?.why}`;
}

test.each<[Fields, string]>([
  [{ health: 'healthy' }, 'healthy: its health check says so'],
  [{ health: 'starting' }, 'starting: its health check has not passed yet'],
  [{ health: 'unhealthy' }, 'unhealthy: its health check says so'],
  [{ health: 'unhealthy', healthSaid: 'HTTP 503' }, 'unhealthy: its health check says so: HTTP 503'],
  [{ health: 'starting', healthSaid: 'HTTP 503' }, 'starting: its health check has not passed yet: HTTP 503'],
  [{ health: 'none' }, 'healthy: it runs; nothing tells more'],
  [{ state: 'restarting', exitCode: 3 }, 'unhealthy: it keeps ending, last with 3'],
  [{ state: 'created' }, 'stopped: it was never started'],
  [{ state: 'paused' }, 'stopped: it is paused'],
  [{ state: 'exited', exitCode: 0 }, 'stopped: it has exited (0)'],
  [{ state: 'exited', exitCode: 143 }, 'stopped: it has exited (143)'],
  [{ state: 'exited', exitCode: 137, problem: 'its secrets are gone' }, 'stopped: it has exited (137): its secrets are gone'],
  [{ state: 'exited', exitCode: 1 }, 'unhealthy: it has exited (1)'],
  [{ state: 'dead' }, 'unhealthy: the engine could not remove it'],
  [{ state: 'unknown', health: 'none', status: 'Lost' }, 'unknown: Lost'],
  [{ state: 'unknown', health: 'unhealthy', status: 'Unreachable: gone' }, 'unhealthy: Unreachable: gone'],
  [{ health: 'unhealthy', external: true, status: 'Up 2 hours (unhealthy): HTTP 503' }, 'unhealthy: HTTP 503'],
])('a replica with %o is %s', (fields, status) => {
  expect(statusOf([fields])).toBe(status);
});

test('without a health check a look at its port tells', () => {
  const checks = (isWell: boolean) => new Map([[replica(webOnly, 'web').id, { isWell, said: 'HTTP 200 on 127.0.0.1:80' }]]);
  expect(statusOf([{}], webOnly, { checks: checks(true) })).toBe('healthy: HTTP 200 on 127.0.0.1:80');
  expect(statusOf([{}], webOnly, { checks: checks(false) })).toBe('unhealthy: HTTP 200 on 127.0.0.1:80');
  // Its own health check knows more.
  expect(statusOf([{ health: 'starting' }], webOnly, { checks: checks(true) })).toContain('starting');
});

test('a service with some replicas well is degraded, and says which is not', () => {
  const three = project({ web: { scale: 3 } });
  expect(statusOf([{ health: 'healthy' }, { health: 'unhealthy' }, {}], three)).toBe(
    'degraded: 2 of 3 healthy; shop-web-2: its health check says so',
  );
  expect(statusOf([{}, {}], three)).toBe('degraded: 2 of 3 healthy');
  expect(statusOf([{ health: 'starting' }, { state: 'created' }, { health: 'starting' }], three)).toContain('starting');
});

test('a job that has done its work is healthy', () => {
  const wanted = project({
    web: {},
    api: { depends_on: { web: { condition: 'service_completed_successfully', required: true } } },
  });
  expect(statusOf([{ state: 'exited', exitCode: 0 }], wanted)).toBe('healthy: it has done its work');
  expect(statusOf([{ state: 'exited', exitCode: 2 }], wanted)).toBe('unhealthy: it has exited (2)');
});

test('what nobody could be asked about is unknown; what is not there is stopped, unless none is wanted', () => {
  expect(statusOf([])).toBe('stopped: it has no replica');
  expect(statusOf([], project({ web: { scale: 0 } }))).toBe('healthy: none is wanted');
  expect(statusOf([], webOnly, { lost: new Map([['docker', 'docker can’t be asked: no engine']]) })).toBe(
    'unknown: docker can’t be asked: no engine',
  );
});

test('a project is as bad as its worst part, and degraded when that is not all of it', () => {
  const wanted = project({ db: {}, web: {} });
  const of = (db: Fields, web: Fields): string =>
    projectStatus({
      project: wanted,
      observed: observed({ replicas: [replica(wanted, 'db', 1, db), replica(wanted, 'web', 1, web)] }),
      checks: new Map(),
      lost: new Map(),
    }).status;
  expect(of({}, {})).toBe('healthy');
  expect(of({}, { health: 'starting' })).toBe('starting');
  expect(of({}, { health: 'unhealthy' })).toBe('degraded');
  expect(of({ health: 'unhealthy' }, { health: 'unhealthy' })).toBe('unhealthy');
  expect(of({}, { state: 'unknown', status: '' })).toBe('unknown');
});
