import fc from 'fast-check';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { textOf } from '#lib/byte-text.ts';
import { until } from '../../tools/parts/until.ts';
import type { HostBench } from './host.ts';

export function hostCommands(bench: HostBench): void {
  describe('a command', () => {
    test('gets its arguments exactly as they are, through no shell', async () => {
      const words = ['a b', '$HOME', "it's", '"; echo no', '*', '', 'ü\n', '-n', '\\', '\t!x'];
      const { stdout } = await bench.host.run({ argv: ['printf', '%s\\0', ...words] });
      expect(stdout.toString().split('\0').slice(0, -1)).toEqual(words);
    });

    test('gets every byte but NUL, in arguments and in variables', async () => {
      const bytes = fc.uint8Array({ min: 1, max: 255, minLength: 1, maxLength: 300 }).map((array) => Buffer.from(array));
      const every = Buffer.from(Array.from({ length: 255 }, (_, index) => index + 1));
      const check = async (value: Buffer): Promise<void> => {
        const script = 'printf %s "$1"; printf "\\000%s" "$VALUE"';
        const env = { VALUE: textOf(value), PATH: '/usr/bin:/bin' };
        const { stdout } = await bench.host.run({ argv: ['/bin/sh', '-c', script, 'sh', textOf(value)], env });
        expect(stdout.toString('hex')).toBe(Buffer.concat([value, Buffer.of(0), value]).toString('hex'));
      };
      await check(every);
      await fc.assert(fc.asyncProperty(bytes, check), { numRuns: 15 });
    });

    test('has directory, environment and stdin of the caller', async () => {
      await bench.host.makeDirectory(bench.at("it's a\nplace"), { mode: 0o755 });
      const { stdout } = await bench.host.run({
        argv: ['/bin/sh', '-c', 'pwd; echo "$GREETING"; cat'],
        cwd: bench.at("it's a\nplace"),
        env: { GREETING: 'hello', PATH: '/usr/bin:/bin' },
        stdin: 'typed\n\nmore',
      });
      expect(stdout.toString()).toBe(`${bench.at("it's a\nplace")}\nhello\ntyped\n\nmore`);
    });

    test('has the environment that it was given, and nothing else of ours', async () => {
      const { stdout } = await bench.host.run({ argv: ['env'], env: { ONLY: 'this', PATH: '/usr/bin:/bin' } });
      const names = stdout
        .toString()
        .split('\n')
        .map((line) => line.split('=')[0] ?? '');
      // What shells set by themselves.
      expect(names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_', ''].includes(name)).sort()).toEqual(['ONLY', 'PATH']);
    });

    test('keeps its environment and input out of every argument list', async () => {
      const secret = `secret-${Math.random()}`;
      const child = await bench.host.spawn({ argv: ['sleep', '60'], env: { TOKEN: secret, PATH: '/usr/bin:/bin' } });
      try {
        expect(commandLines().filter((line) => line.includes(secret))).toEqual([]);
      } finally {
        child.kill('SIGKILL');
        await child.ended;
      }
    });

    test('that fails is a result: exit code and both outputs apart', async () => {
      for (const code of [3, 255]) {
        const { exitCode, stdout, stderr } = await bench.host.run({ argv: ['sh', '-c', `echo out; echo err >&2; exit ${code}`] });
        expect([exitCode, stdout.toString(), stderr.toString()]).toEqual([code, 'out\n', 'err\n']);
      }
    });

    test('that a signal ends has 128 and its number', async () => {
      expect((await bench.host.run({ argv: ['sh', '-c', 'kill -9 $$'] })).exitCode).toBe(137);
    });

    test('that does not exist rejects, as does one in a directory that does not', async () => {
      for (const program of ['muster-no-such-program', '/etc/muster-no-such-program']) {
        await expect(bench.host.run({ argv: [program] })).rejects.toThrow(program);
        await expect(bench.host.spawn({ argv: [program] })).rejects.toMatchObject({ code: 'ENOENT' });
      }
      await expect(bench.host.run({ argv: ['true'], cwd: bench.at('nowhere') })).rejects.toMatchObject({ code: 'ENOENT' });
    });

    test('that ignores its input is not at fault', async () => {
      expect((await bench.host.run({ argv: ['true'], stdin: Buffer.alloc(1024 * 1024) })).exitCode).toBe(0);
    });

    test('that is aborted leaves no process behind, whatever it started and whatever they ignore', async () => {
      const controller = new AbortController();
      const word = `muster-${Math.random()}`;
      const script = `trap "" TERM; sh -c 'trap "" TERM; echo ready >"$1"; while :; do sleep 1; done' sh "$1" ${word} & wait; wait`;
      const running = bench.host.run({ argv: ['sh', '-c', script, word, bench.at('ready')], signal: controller.signal });
      running.catch(() => {});
      await until(() => bench.host.exists(bench.at('ready')), 60_000, 'the command to run');
      controller.abort();
      await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
      await until(async () => commandLines().filter((line) => line.includes(word)).length === 0, 60_000, 'all of it to end');
    });

    test('that is aborted before it begins never does', async () => {
      await expect(bench.host.run({ argv: ['touch', bench.at('never')], signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'CANCELLED',
      });
      expect(await bench.host.exists(bench.at('never'))).toBe(false);
    });

    test('is one of twenty at once', async () => {
      const numbers = Array.from({ length: 20 }, (_, index) => String(index));
      const results = await Promise.all(
        numbers.map((number) => bench.host.run({ argv: ['sh', '-c', `sleep 0.2; echo ${number}`] })),
      );
      expect(results.map(({ stdout }) => stdout.toString().trim())).toEqual(numbers);
    });

    test('prints 100 MB, and waits where nobody reads', async () => {
      const size = 100 * 1024 * 1024;
      const child = await bench.host.spawn({ argv: ['head', '-c', String(size), '/dev/zero'], stdin: '' });
      await once(child.stdout, 'readable');
      const early = child.ended.then(() => 'it has ended');
      expect(await Promise.race([early, delay(300, 'it waits')])).toBe('it waits');
      let seen = 0;
      for await (const chunk of child.stdout) seen += (chunk as Buffer).length;
      expect(seen).toBe(size);
      expect(await child.ended).toEqual({ exitCode: 0, signal: null });
    });
  });

  describe('a spawned process', () => {
    test('streams both ways while it runs', async () => {
      const child = await bench.host.spawn({ argv: ['cat'] });
      child.stdin.write('ping\n');
      expect(String((await once(child.stdout, 'data'))[0])).toBe('ping\n');
      child.stdin.end();
      expect(await child.ended).toEqual({ exitCode: 0, signal: null });
    });

    test('has ended when it has ended, even if nobody reads its output', async () => {
      const child = await bench.host.spawn({ argv: ['echo', 'unread'] });
      expect(await child.ended).toEqual({ exitCode: 0, signal: null });
      expect(await text(child.stdout as Readable)).toBe('unread\n');
    });

    test('has ended although something that it left behind holds its output', async () => {
      const child = await bench.host.spawn({ argv: ['sh', '-c', 'sleep 300 & echo $!; exit 4'] });
      expect(await child.ended).toEqual({ exitCode: 4, signal: null });
      const pid = String((await once(child.stdout, 'data'))[0]).trim();
      await bench.host.run({ argv: ['kill', pid] });
    });

    test('can be told to stop, and its end says by what', async () => {
      for (const signal of ['SIGKILL', 'SIGINT'] as const) {
        const child = await bench.host.spawn({ argv: ['sleep', '60'] });
        expect(child.pid).toBeGreaterThan(0);
        child.kill(signal);
        expect(await child.ended).toEqual({ exitCode: null, signal });
      }
    });

    test('ends with the signal', async () => {
      const controller = new AbortController();
      const child = await bench.host.spawn({ argv: ['sleep', '60'], signal: controller.signal });
      controller.abort();
      expect(await child.ended).toEqual({ exitCode: null, signal: 'SIGTERM' });
    });
  });
}

/** Of every process of this machine. */
export function commandLines(): string[] {
  return commandsRunning().map(({ line }) => line);
}

/** One that has ended, though nobody has asked how yet, has an empty line. */
export function commandsRunning(): { readonly pid: number; readonly line: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => {
      try {
        return { pid: Number(pid), line: readFileSync(`/proc/${pid}/cmdline`, 'utf8') };
      } catch {
        return { pid: Number(pid), line: '' };
      }
    });
}
