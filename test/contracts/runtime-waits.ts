import { describe, expect, test } from 'vitest';
import type { WaitCondition } from '#model/plan.ts';
import type { Service } from '#model/project.ts';
import type { Bench } from './runtime-bench.ts';
import type { MakeBench } from './runtime.ts';

/** Healthy once the marker file is there. */
const checked = (check: string, retries = 2): Partial<Service> => ({
  healthcheck: { test: ['CMD-SHELL', check], interval: '200ms', timeout: '5s', retries },
});

const wait = (project: Bench, service: string, condition: WaitCondition, more = {}, context = project.context()) =>
  project.perform('wait-dependency', { type: 'service', service }, { condition, ...more }, context);

export function waitContract(bench: MakeBench): void {
  describe('waits', () => {
    test('a started service is started', async () => {
      const project = bench(({ service }) => ({ db: service('exec sleep 1000') }));
      await project.up('db');
      await expect(wait(project, 'db', 'service_started')).resolves.toEqual({});
    });

    test('a wait ends when the service becomes healthy', async () => {
      const project = bench(({ service, folder }) => ({
        db: service('sleep 0.5; touch ready; exec sleep 1000', { working_dir: folder(), ...checked('test -f ready', 100) }),
      }));
      await project.up('db');
      await wait(project, 'db', 'service_healthy');
      expect(await project.find('db')).toMatchObject({ health: 'healthy', state: 'running' });
    });

    test('an unhealthy service fails the wait, with what its check said', async () => {
      const project = bench(({ service }) => ({
        db: service('exec sleep 1000', checked('echo disk on fire; exit 1')),
      }));
      await project.up('db');
      await expect(wait(project, 'db', 'service_healthy')).rejects.toMatchObject({
        code: 'DEPENDENCY_FAILED',
        message: expect.stringContaining('disk on fire'),
        hint: expect.stringContaining('muster logs db'),
      });
    });

    test('who asks for it is told what a failing check said last', async () => {
      const project = bench(({ service }) => ({
        db: service('exec sleep 1000', checked('echo looking; echo disk on fire; exit 1')),
      }));
      await project.up('db');
      await expect(wait(project, 'db', 'service_healthy')).rejects.toMatchObject({ code: 'DEPENDENCY_FAILED' });
      const query = { project: project.name, only: 'replicas', healthSaid: true } as const;
      const { replicas } = await project.made.runtime.observe(query);
      expect(replicas).toMatchObject([{ service: 'db', health: 'unhealthy', healthSaid: 'disk on fire' }]);
    });

    test('a service that ends before it is healthy fails the wait, with its exit code', async () => {
      const project = bench(({ service }) => ({ db: service('sleep 0.3; exit 9', checked('exit 1', 10_000)) }));
      await project.up('db');
      await expect(wait(project, 'db', 'service_healthy')).rejects.toMatchObject({
        code: 'DEPENDENCY_FAILED',
        message: expect.stringContaining('9'),
      });
    });

    test('a job that ends with 0 has completed', async () => {
      const project = bench(({ service }) => ({ job: service('sleep 0.5; exit 0') }));
      await project.up('job');
      await wait(project, 'job', 'service_completed_successfully');
      expect(await project.find('job')).toMatchObject({ state: 'exited', exitCode: 0 });
    });

    test('a job that fails fails the wait; where it is not required that is a warning', async () => {
      const project = bench(({ service }) => ({ job: service('exit 3') }));
      await project.up('job');
      await expect(wait(project, 'job', 'service_completed_successfully')).rejects.toMatchObject({ code: 'DEPENDENCY_FAILED' });
      const { warning } = await wait(project, 'job', 'service_completed_successfully', { optional: true });
      expect(warning).toContain('3');
    });

    test('all replicas count', async () => {
      const project = bench(({ service }) => ({ job: service('sleep 0.$(($$ % 5))') }));
      await Promise.all([project.up('job', 1), project.up('job', 2)]);
      await wait(project, 'job', 'service_completed_successfully');
      expect((await project.observed()).map((replica) => replica.state)).toEqual(['exited', 'exited']);
    });

    test('a wait that takes too long says so', async () => {
      const project = bench(({ service }) => ({ job: service('exec sleep 1000') }));
      await project.up('job');
      await expect(wait(project, 'job', 'service_completed_successfully', { timeoutSeconds: 1 })).rejects.toMatchObject({
        code: 'TIMED_OUT',
        message: expect.stringContaining('job'),
      });
    });

    test('a wait ends when its signal fires', async () => {
      const project = bench(({ service }) => ({ job: service('exec sleep 1000') }));
      await project.up('job');
      const abort = new AbortController();
      const waiting = wait(project, 'job', 'service_completed_successfully', {}, project.context(project.project, abort.signal));
      setTimeout(() => abort.abort(), 300);
      await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    });

    test('many waits at once are all woken', async () => {
      const project = bench(({ service }) => ({ job: service('sleep 1') }));
      await project.up('job');
      const waits = Array.from({ length: 20 }, () => wait(project, 'job', 'service_completed_successfully'));
      await expect(Promise.all(waits)).resolves.toHaveLength(20);
    });
  });
}
