import { describe, expect, test } from 'vitest';
import type { ExecOptions, RunOptions } from '#runtime/runtime.ts';
import { textOf } from './runtime-bench.ts';
import type { MakeBench } from './runtime.ts';

const executing = (command: readonly string[], more: Partial<ExecOptions> = {}): ExecOptions => ({
  command,
  tty: false,
  interactive: false,
  detach: false,
  user: '',
  workingDir: '',
  privileged: false,
  environment: [],
  signal: AbortSignal.timeout(60_000),
  ...more,
});

const running = (command: readonly string[] | null, more: Partial<RunOptions> = {}): RunOptions => ({
  command,
  entrypoint: null,
  tty: false,
  interactive: false,
  detach: false,
  user: '',
  workingDir: '',
  environment: [],
  name: '',
  labels: {},
  removeAfter: true,
  useAliases: false,
  signal: AbortSignal.timeout(60_000),
  ...more,
});

export function sessionContract(bench: MakeBench): void {
  describe('exec', () => {
    test('outputs come apart, and the exit code is the program’s', async () => {
      const project = bench(({ service }) => ({ web: service('exec sleep 1000') }));
      const session = await project.made.runtime.exec(
        await project.up('web'),
        executing(['sh', '-c', 'echo out; echo err >&2; echo $GREETING; exit 6'], { environment: ['GREETING=hello'] }),
      );
      const [stdout, stderr, code] = await Promise.all([textOf(session.stdout), textOf(session.stderr), session.exit]);
      expect({ stdout, stderr, code }).toEqual({ stdout: 'out\nhello\n', stderr: 'err\n', code: 6 });
    });

    test('its input reaches the program, and the end of it too', async () => {
      const project = bench(({ service }) => ({ web: service('exec sleep 1000') }));
      const session = await project.made.runtime.exec(await project.up('web'), executing(['wc', '-c'], { interactive: true }));
      const output = textOf(session.stdout);
      void textOf(session.stderr);
      session.stdin?.write('x'.repeat(100_000));
      session.stdin?.end();
      expect((await output).trim()).toBe('100000');
      expect(await session.exit).toBe(0);
    });

    test('with a terminal the program sees one, of the size that it is told', async () => {
      const project = bench(({ service }) => ({ web: service('exec sleep 1000') }));
      const session = await project.made.runtime.exec(
        await project.up('web'),
        executing(['sh', '-c', 'test -t 0 && echo terminal; read go; stty size'], { tty: true, interactive: true }),
      );
      const output = textOf(session.stdout);
      void textOf(session.stderr);
      await session.resize({ columns: 123, rows: 45 });
      session.stdin?.write('go\n');
      expect(await output).toMatch(/terminal[\s\S]*45 123/);
      expect(await session.exit).toBe(0);
    });

    test('a program that is not there ends with 126 or 127, as in a shell', async () => {
      const project = bench(({ service }) => ({ web: service('exec sleep 1000') }));
      const replica = await project.up('web');
      const code = await project.made.runtime
        .exec(replica, executing(['no-such-program']))
        .then(async (session) => {
          await Promise.all([textOf(session.stdout), textOf(session.stderr)]);
          return session.exit;
        })
        .catch((error: unknown) => (error as { exitCode?: number }).exitCode);
      expect([126, 127]).toContain(code);
    });

    test('a replica that does not run says so, and how to start it', async () => {
      const project = bench(({ service }) => ({ web: service('exit 0') }));
      await project.up('web');
      const replica = await project.exited('web');
      await expect(project.made.runtime.exec(replica, executing(['true']))).rejects.toMatchObject({
        code: 'REPLICA_NOT_RUNNING',
        hint: expect.stringContaining('muster start web'),
      });
      await expect(
        project.made.runtime.attach(replica, { interactive: false, signal: AbortSignal.timeout(60_000) }),
      ).rejects.toMatchObject({ code: 'REPLICA_NOT_RUNNING' });
    });

    test('an ended session leaves nothing open when its signal fires', async () => {
      const project = bench(({ service }) => ({ web: service('exec sleep 1000') }));
      const abort = new AbortController();
      const session = await project.made.runtime.exec(
        await project.up('web'),
        executing(['sleep', '1000'], { signal: abort.signal }),
      );
      void textOf(session.stdout).catch(() => {});
      void textOf(session.stderr).catch(() => {});
      abort.abort();
      await expect(session.exit).rejects.toMatchObject({ code: 'CANCELLED' });
    });
  });

  describe('attach', () => {
    test('the main program’s output and exit code', async () => {
      const project = bench(({ service, folder }) => ({
        web: service('until [ -e go ]; do sleep 0.05; done; echo bye; exit 4', { working_dir: folder() }),
      }));
      const replica = await project.up('web');
      const session = await project.made.runtime.attach(replica, { interactive: false, signal: AbortSignal.timeout(60_000) });
      void textOf(session.stderr);
      const going = await project.made.runtime.exec(replica, executing(['touch', 'go']));
      await Promise.all([textOf(going.stdout), textOf(going.stderr)]);
      expect(await textOf(session.stdout)).toBe('bye\n');
      expect(await session.exit).toBe(4);
    });
  });

  describe('run', () => {
    test('a one-off runs to its end, every line is seen, and it is gone after', async () => {
      const project = bench(({ service }) => ({ web: service('exec sleep 1000', { environment: { WHO: 'service' } }) }));
      await project.makeNetworks();
      const { replica, session } = await project.made.runtime.run(
        'web',
        project.context(),
        running(['sh', '-c', 'echo hello $WHO; exit 8'], { environment: ['WHO=run'] }),
      );
      expect(replica.name).toMatch(new RegExp(`^${project.name}-web-run-[0-9a-f]{12}$`));
      if (session === null) throw new Error('no session');
      void textOf(session.stderr);
      expect(await textOf(session.stdout)).toBe('hello run\n');
      expect(await session.exit).toBe(8);
      expect(await project.observed()).toEqual([]);
    });

    test('a one-off that stays is marked as one and has no number', async () => {
      const project = bench(({ service }) => ({ web: service('exec sleep 1000') }));
      await project.makeNetworks();
      const { replica, session } = await project.made.runtime.run(
        'web',
        project.context(),
        running(['sh', '-c', 'sleep 1000'], { detach: true, removeAfter: false, name: `${project.name}-chosen` }),
      );
      expect(session).toBeNull();
      expect(replica).toMatchObject({ name: `${project.name}-chosen`, oneOff: true, number: 0, state: 'running' });
      expect(await project.observed()).toEqual([replica]);
    });

    test('its input is its own', async () => {
      const project = bench(({ service }) => ({ web: service('exec sleep 1000') }));
      await project.makeNetworks();
      const { session } = await project.made.runtime.run(
        'web',
        project.context(),
        running(['sh', '-c', 'cat'], { interactive: true }),
      );
      if (session === null) throw new Error('no session');
      const output = textOf(session.stdout);
      void textOf(session.stderr);
      session.stdin?.end('through and through\n');
      expect(await output).toBe('through and through\n');
      expect(await session.exit).toBe(0);
    });
  });
}
