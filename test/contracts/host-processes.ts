import { describe, expect, test } from 'vitest';
import { until } from '../../tools/parts/until.ts';
import type { HostBench } from './host.ts';

export function hostProcesses(bench: HostBench): void {
  describe('a launched program', () => {
    test('has a session of its own, no input, its output in a private file, and environment and directory as they were given', async () => {
      const script = 'readlink /proc/self/fd/0; pwd; echo "$A"; echo bad >&2; exec sleep 60';
      const process = await bench.host.launch({
        argv: ['/bin/sh', '-c', script],
        cwd: bench.directory,
        env: { A: 'a\nb', PATH: '/usr/bin:/bin' },
        stdout: bench.at('out log'),
        stderr: bench.at('out log'),
      });
      const expected = `/dev/null\n${bench.directory}\na\nb\nbad\n`;
      await until(async () => (await bench.host.readFile(bench.at('out log'))).toString() === expected, 60_000, 'its output');
      expect(await bench.host.stat(bench.at('out log'))).toMatchObject({ kind: 'file', mode: 0o600 });
      const info = await bench.host.processInfo(process.pid);
      expect(info).toMatchObject({ ...process, group: process.pid, session: process.pid });
      expect(await bench.host.signalProcess(process, 'SIGTERM', { group: true })).toBe(true);
      await until(async () => isOver(await bench.host.processInfo(process.pid)), 60_000, 'its end');
    });

    test('can be interrupted: no signal is ignored on its behalf', async () => {
      const process = await bench.host.launch({ argv: ['sleep', '60'] });
      await bench.host.signalProcess(process, 'SIGINT', { group: false });
      await until(async () => isOver(await bench.host.processInfo(process.pid)), 60_000, 'its end');
    });

    test('that does not exist is told', async () => {
      await expect(bench.host.launch({ argv: ['muster-no-such-program'] })).rejects.toMatchObject({ code: 'ENOENT' });
    });

    test('whose output can not be written is told', async () => {
      const launching = bench.host.launch({ argv: ['sleep', '60'], stdout: bench.at('no/such/folder') });
      await expect(launching).rejects.toMatchObject({ code: 'ENOENT' });
    });
  });

  describe('a process', () => {
    test('is described by what the system says', async () => {
      const child = await bench.host.spawn({ argv: ['sleep', '61.5'] });
      const command = async (): Promise<string> => (await bench.host.processInfo(child.pid))?.command.join(' ') ?? '';
      await until(async () => (await command()) === 'sleep 61.5', 60_000, 'what it becomes');
      expect(await bench.host.processInfo(child.pid)).toMatchObject({ pid: child.pid, group: child.pid });
      child.kill('SIGKILL');
      await child.ended;
      await until(async () => isOver(await bench.host.processInfo(child.pid)), 60_000, 'its end');
    });

    test('that is not there is null', async () => {
      expect(await bench.host.processInfo(4_194_999)).toBeNull();
    });

    test('is never signalled when its start time says that it is another one', async () => {
      const child = await bench.host.spawn({ argv: ['sleep', '60'] });
      const { startTime } = (await bench.host.processInfo(child.pid)) ?? { startTime: '' };
      const other = { pid: child.pid, startTime: startTime.replace(/^\d/, (digit) => String((Number(digit) + 1) % 10)) };
      for (const group of [true, false]) expect(await bench.host.signalProcess(other, 'SIGKILL', { group })).toBe(false);
      expect(await bench.host.processInfo(child.pid)).toMatchObject({ startTime });
      expect(await bench.host.signalProcess({ pid: child.pid, startTime }, 'SIGKILL', { group: false })).toBe(true);
      await child.ended;
      expect(await bench.host.signalProcess({ pid: child.pid, startTime }, 'SIGKILL', { group: false })).toBe(false);
    });
  });
}

/** Where process 1 collects nobody, what has ended stays a zombie. */
const isOver = (info: { readonly state: string } | null): boolean => info === null || info.state === 'zombie';
