// What holds for every handle, whether its runtime launched what is behind it or attached to it.

import { describe, expect, test } from 'vitest';
import { temporaryName } from '#model/names.ts';
import type { MakeBench } from './runtime.ts';

const sleeping = 'exec sleep 1000';

export function lifeContract(bench: MakeBench): void {
  describe('life', () => {
    test('nothing is observed where nothing was made', async () => {
      const { made, name } = bench(() => ({}));
      expect(await made.runtime.observe({ project: name })).toMatchObject({
        project: name,
        replicas: [],
        networks: [],
        volumes: [],
      });
    });

    test('a created replica is there under its name, not running', async () => {
      const project = bench(({ service }) => ({ web: service(sleeping) }));
      await project.makeNetworks();
      const { replicaId } = await project.perform('create-replica', project.replica('web'));
      const replica = await project.find('web');
      expect(replica).toMatchObject({ id: replicaId, name: `${project.name}-web-1`, number: 1, oneOff: false, state: 'created' });
      expect(replica.configHash).toBe(project.project.configHashes['web']);
      expect(replica.musterHash).toBe(`v1:${project.project.configHashes['web']}`);
      expect(replica.runtime).toBe(project.made.runtime.name);
    });

    test('who asks for the replicas only gets the same replicas', async () => {
      const project = bench(({ service }) => ({ web: service(sleeping) }));
      await project.up('web');
      const { runtime } = project.made;
      const whole = await runtime.observe({ project: project.name });
      expect(await runtime.observe({ project: project.name, only: 'replicas' })).toMatchObject({
        replicas: whole.replicas.map(({ id, state, health, networks }) => ({ id, state, health, networks })),
        networks: [],
        volumes: [],
      });
      expect(whole.replicas).toHaveLength(1);
    });

    test('creating what is there succeeds and is the same replica', async () => {
      const project = bench(({ service }) => ({ web: service(sleeping) }));
      await project.makeNetworks();
      const first = await project.perform('create-replica', project.replica('web'));
      const second = await project.perform('create-replica', project.replica('web'));
      expect(second.replicaId).toBe(first.replicaId);
      expect(await project.observed()).toHaveLength(1);
    });

    test('start, stop, restart, kill and remove do what they say, and twice is once', async () => {
      const project = bench(({ service }) => ({ web: service(sleeping, { stop_grace_period: '0s' }) }));
      const { id } = await project.up('web');
      const subject = project.replica('web', 1, id);
      await project.perform('start-replica', subject);
      expect(await project.find('web')).toMatchObject({ id, state: 'running', exitCode: null });

      await project.perform('restart-replica', subject, { timeoutSeconds: 0 });
      expect(await project.find('web')).toMatchObject({ id, state: 'running' });

      await project.perform('stop-replica', subject, { timeoutSeconds: 0 });
      await project.perform('stop-replica', subject, { timeoutSeconds: 0 });
      expect(await project.find('web')).toMatchObject({ id, state: 'exited' });

      await project.perform('start-replica', subject);
      await project.perform('kill-replica', subject);
      await project.exited('web');
      await project.perform('kill-replica', subject);

      await project.perform('remove-replica', subject);
      await project.perform('remove-replica', subject);
      expect(await project.observed()).toEqual([]);
      await project.perform('stop-replica', subject);
    });

    test('a running replica is removed only by force', async () => {
      const project = bench(({ service }) => ({ web: service(sleeping) }));
      const { id } = await project.up('web');
      await expect(project.perform('remove-replica', project.replica('web', 1, id))).rejects.toMatchObject({
        name: 'MusterError',
      });
      expect(await project.find('web')).toMatchObject({ state: 'running' });
      await project.perform('remove-replica', project.replica('web', 1, id), { force: true });
      expect(await project.observed()).toEqual([]);
    });

    test('what one runtime object did, another one sees', async () => {
      const project = bench(({ service }) => ({ web: service(sleeping) }));
      const made = await project.up('web');
      const other = project.made.another();
      try {
        // The status says how long ago, and looking may take a second.
        expect(await project.observed(other)).toEqual([{ ...made, status: expect.stringMatching(/^Up /) as string }]);
      } finally {
        await other.close();
      }
    });

    test('numbers, names and handles stay as they are when others come and go', async () => {
      const project = bench(({ service }) => ({ web: service(sleeping, { stop_grace_period: '0s' }) }));
      const [one, two, three] = [await project.up('web', 1), await project.up('web', 2), await project.up('web', 3)];
      await project.perform('remove-replica', project.replica('web', 2, two.id), { force: true });
      const left = await project.observed();
      expect(left.map(({ id, name, number }) => ({ id, name, number }))).toEqual(
        [one, three].map(({ id, name, number }) => ({ id, name, number })),
      );
    });

    test('a replacement is made beside the old replica, and takes its name when that is gone', async () => {
      const project = bench(({ service }) => ({ web: service(sleeping, { stop_grace_period: '0s' }) }));
      const old = await project.up('web');
      const edited = project.edited({ web: project.made.service('exec sleep 2000', { stop_grace_period: '0s' }) });
      const context = project.context(edited);
      const subject = project.replica('web');

      const options = { replaces: { id: old.id, name: old.name } };
      const { replicaId = '' } = await project.perform('create-replica', subject, options, context);
      expect((await project.perform('create-replica', subject, options, context)).replicaId).toBe(replicaId);
      const both = await project.observed();
      expect(both.map((replica) => replica.state).sort()).toEqual(['created', 'running']);
      expect(both.find((replica) => replica.id === replicaId)).toMatchObject({
        name: temporaryName(old.id, old.name),
        number: 1,
        replaces: old.name,
      });

      await project.perform('stop-replica', { ...subject, id: old.id }, {}, context);
      await project.perform('remove-replica', { ...subject, id: old.id }, {}, context);
      await project.perform('rename-replica', { ...subject, id: replicaId }, {}, context);
      await project.perform('rename-replica', { ...subject, id: replicaId }, {}, context);
      await project.perform('start-replica', { ...subject, id: replicaId }, {}, context);
      const [replica, ...others] = await project.observed();
      expect(others).toEqual([]);
      expect(replica).toMatchObject({ id: replicaId, name: old.name, replaces: null, state: 'running' });
      expect(replica?.configHash).toBe(edited.configHashes['web']);
    });

    test('a name that something else has is refused', async () => {
      const project = bench(({ service }) => ({ web: service(sleeping) }));
      await project.makeNetworks();
      await project.perform('create-replica', project.replica('web'));
      const edited = project.context(project.edited({ web: project.made.service('exec sleep 3') }));
      await expect(project.perform('create-replica', project.replica('web'), {}, edited)).rejects.toMatchObject({
        code: 'NAME_COLLISION',
      });
    });

    test('a step whose signal has fired rejects and changes nothing', async () => {
      const project = bench(({ service }) => ({ web: service(sleeping) }));
      const context = project.context(project.project, AbortSignal.abort());
      await expect(project.perform('create-replica', project.replica('web'), {}, context)).rejects.toMatchObject({
        code: 'CANCELLED',
      });
      expect(await project.observed()).toEqual([]);
    });
  });
}
