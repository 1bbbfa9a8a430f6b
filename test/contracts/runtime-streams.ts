import { describe, expect, test } from 'vitest';
import type { LogOptions } from '#runtime/runtime.ts';
import type { RuntimeEvent } from '#model/event.ts';
import { collect } from './runtime-bench.ts';
import type { MakeBench } from './runtime.ts';

const reading = (more: Partial<LogOptions> = {}): LogOptions => ({
  follow: false,
  timestamps: false,
  since: '',
  until: '',
  tail: null,
  signal: AbortSignal.timeout(60_000),
  ...more,
});

export function streamContract(bench: MakeBench): void {
  describe('logs', () => {
    test('both outputs come, each as itself, with the replica they are from', async () => {
      const project = bench(({ service }) => ({ web: service('echo out; echo err >&2') }));
      const replica = await project.up('web');
      await project.exited('web');
      const records = await collect(project.made.runtime.logs(replica, reading()));
      expect(records.map(({ stream, text }) => `${stream} ${text}`).sort()).toEqual(['stderr err', 'stdout out']);
      expect(records[0]).toMatchObject({ service: 'web', replicaName: replica.name, number: 1, timestamp: '' });
    });

    test('tail gives the last lines, since the later ones, timestamps come when asked for', async () => {
      const project = bench(({ service }) => ({ web: service('for i in 1 2 3; do echo line $i; sleep 0.3; done') }));
      const replica = await project.up('web');
      await project.exited('web');
      const all = await collect(project.made.runtime.logs(replica, reading({ timestamps: true })));
      expect(all.map((record) => record.text)).toEqual(['line 1', 'line 2', 'line 3']);
      expect(all.every((record) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(record.timestamp))).toBe(true);
      const last = await collect(project.made.runtime.logs(replica, reading({ tail: 1 })));
      expect(last.map((record) => record.text)).toEqual(['line 3']);
      const since = all[1]?.timestamp ?? '';
      const later = await collect(project.made.runtime.logs(replica, reading({ since })));
      expect(later.map((record) => record.text)).toEqual(['line 2', 'line 3']);
      const until = await collect(project.made.runtime.logs(replica, reading({ until: all[0]?.timestamp ?? '' })));
      expect(until.map((record) => record.text)).toEqual(['line 1']);
    });

    test('following gives what comes, and ends with the program', async () => {
      const project = bench(({ service }) => ({ web: service('for i in 1 2 3; do echo line $i; sleep 0.2; done') }));
      const replica = await project.up('web');
      const records = await collect(project.made.runtime.logs(replica, reading({ follow: true })));
      expect(records.map((record) => record.text)).toEqual(['line 1', 'line 2', 'line 3']);
    });

    test('following ends quietly when the signal fires', async () => {
      const project = bench(({ service }) => ({ web: service('echo ready; exec sleep 1000') }));
      const replica = await project.up('web');
      const abort = new AbortController();
      const lines: string[] = [];
      for await (const { text } of project.made.runtime.logs(replica, reading({ follow: true, signal: abort.signal }))) {
        lines.push(text);
        abort.abort();
      }
      expect(lines).toEqual(['ready']);
    });

    test('100,000 lines arrive whole and in order, however slowly they are read', async () => {
      const count = 100_000;
      const project = bench(({ service }) => ({
        web: service(`i=0; while [ $i -lt ${count} ]; do echo "line $i"; i=$((i+1)); done`),
      }));
      const replica = await project.up('web');
      let next = 0;
      for await (const { text } of project.made.runtime.logs(replica, reading({ follow: true }))) {
        if (text !== `line ${next}`) throw new Error(`"${text}" where line ${next} was due`);
        if (next++ % 20_000 === 0) await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(next).toBe(count);
    });

    test('a line longer than any buffer stays one line', async () => {
      const project = bench(({ service }) => ({ web: service('head -c 200000 /dev/zero | tr "\\0" x; echo; echo end') }));
      const replica = await project.up('web');
      await project.exited('web');
      const records = await collect(project.made.runtime.logs(replica, reading({ timestamps: true })));
      expect(records.map((record) => record.text.length)).toEqual([200_000, 3]);
    });
  });

  describe('events', () => {
    test('what happens to a replica is told in order, and only to who asked for the project', async () => {
      const project = bench(({ service }) => ({ job: service('exit 5') }));
      const other = bench(({ service }) => ({ noise: service('exit 0') }));
      await project.makeNetworks();
      const abort = new AbortController();
      const since = String(Date.now() / 1000);
      const events = project.made.runtime.events({ project: project.name, since, signal: abort.signal });
      const seen: RuntimeEvent[] = [];
      const reader = (async () => {
        for await (const event of events) {
          seen.push(event);
          if (event.action === 'destroy') abort.abort();
        }
      })();
      await other.up('noise');
      const { id } = await project.up('job');
      await project.exited('job');
      await project.perform('remove-replica', project.replica('job', 1, id));
      await reader;
      const actions = seen
        .map((event) => event.action)
        .filter((action) => ['create', 'start', 'die', 'destroy'].includes(action));
      expect(actions).toEqual(['create', 'start', 'die', 'destroy']);
      expect(seen.every((event) => event.service === 'job' && event.replicaId === id)).toBe(true);
      expect(new Set(seen.map((event) => event.attributes['name']))).toEqual(new Set([`${project.name}-job-1`]));
      expect(seen.find((event) => event.action === 'die')).toMatchObject({ exitCode: 5, replicaName: `${project.name}-job-1` });
      const times = seen.map((event) => BigInt(event.atNano));
      expect(times.every((time) => time > BigInt(Math.floor(Number(since) - 5)) * 1_000_000_000n)).toBe(true);
      expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
    });
  });
}
