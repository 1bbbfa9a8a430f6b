// What holds for runtimes that launch: behind the handle is a program of theirs.

import { describe, expect, test } from 'vitest';
import type { MakeBench } from './runtime.ts';

export function programContract(bench: MakeBench): void {
  describe('programs', () => {
    test('a killed program tells so by its exit code', async () => {
      const project = bench(({ service }) => ({ web: service('exec sleep 1000') }));
      const { id } = await project.up('web');
      await project.perform('kill-replica', project.replica('web', 1, id));
      expect(await project.exited('web')).toMatchObject({ exitCode: 137 });
    });

    test('kill passes the signal that was asked for', async () => {
      const project = bench(({ service }) => ({ web: service('trap "exit 42" USR1; echo ready; while :; do sleep 0.1; done') }));
      const replica = await project.up('web');
      const { id } = replica;
      await project.firstLines(replica, 1);
      await project.perform('kill-replica', project.replica('web', 1, id), { signal: 'SIGUSR1' });
      expect(await project.exited('web')).toMatchObject({ exitCode: 42 });
    });

    test('a stop asks first, and the program may end as it likes', async () => {
      const project = bench(({ service }) => ({ web: service('trap "exit 7" TERM; echo ready; while :; do sleep 0.1; done') }));
      const replica = await project.up('web');
      const { id } = replica;
      await project.firstLines(replica, 1);
      await project.perform('stop-replica', project.replica('web', 1, id), { timeoutSeconds: 10 });
      expect(await project.exited('web')).toMatchObject({ exitCode: 7 });
    });

    test.each([0, 3])('exit code %d is observed', async (code) => {
      const project = bench(({ service }) => ({ job: service(`exit ${code}`) }));
      await project.up('job');
      expect(await project.exited('job')).toMatchObject({ exitCode: code });
    });

    test('secrets are there with the rights that were asked for, and leave no trace when the replica is gone', async () => {
      const files = { secrets: { password: { content: 'hush' } }, contents: { 'secret:password': 'hush' } } as const;
      const project = bench(
        ({ service, secretPath }) => ({
          web: service(`stat -c %a ${secretPath('password')}; cat ${secretPath('password')}; echo; exec sleep 1000`, {
            secrets: [{ source: 'password', target: '/run/secrets/password', mode: '0440' }],
          }),
        }),
        files,
      );
      const replica = await project.up('web');
      expect(await project.firstLines(replica, 2)).toEqual(['440', 'hush']);
      await project.perform('remove-replica', project.replica('web', 1, replica.id), { force: true });
    });
  });
}
