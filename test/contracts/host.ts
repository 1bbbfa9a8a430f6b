// What every host keeps, wherever it is.

import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '#host/host.ts';

export type MadeHost = {
  readonly host: Host;
  /** An empty directory on that host, for this suite alone. */
  readonly directory: string;
  close(): Promise<void>;
};

export function hostContract(name: string, make: () => Promise<MadeHost>): void {
  describe(`host ${name}`, () => {
    let made: MadeHost;
    let host: Host;
    const at = (path: string): string => `${made.directory}/${path}`;
    const bytes = (content: string): Uint8Array => Buffer.from(content);
    const run = async (...argv: [string, ...string[]]): Promise<string> => (await host.run({ argv })).stdout.toString();
    const statOf = (path: string): Promise<string> => run('stat', '-c', '%a %u %g', path);

    beforeAll(async () => {
      made = await make();
      host = made.host;
    });
    afterAll(async () => {
      await host.close();
      await made.close();
    });

    describe('a command', () => {
      test('gets its arguments exactly as they are, through no shell', async () => {
        const words = ['a b', '$HOME', "it's", '"; echo no', '*', '', 'ü\n'];
        const { stdout } = await host.run({ argv: ['printf', '%s\\0', ...words] });
        expect(stdout.toString().split('\0').slice(0, -1)).toEqual(words);
      });

      test('has directory, environment and stdin of the caller', async () => {
        const script = 'pwd; echo "$GREETING"; cat';
        const { stdout } = await host.run({
          argv: ['/bin/sh', '-c', script],
          cwd: made.directory,
          env: { GREETING: 'hello', PATH: '/usr/bin:/bin' },
          stdin: 'typed',
        });
        expect(stdout.toString()).toBe(`${made.directory}\nhello\ntyped`);
      });

      test('that fails is a result: exit code and both outputs apart', async () => {
        const { exitCode, stdout, stderr } = await host.run({ argv: ['sh', '-c', 'echo out; echo err >&2; exit 3'] });
        expect([exitCode, stdout.toString(), stderr.toString()]).toEqual([3, 'out\n', 'err\n']);
      });

      test('that a signal ends has 128 and its number', async () => {
        expect((await host.run({ argv: ['sh', '-c', 'kill -9 $$'] })).exitCode).toBe(137);
      });

      test('that does not exist rejects', async () => {
        await expect(host.run({ argv: ['muster-no-such-program'] })).rejects.toThrow(/muster-no-such-program/);
        await expect(host.spawn({ argv: ['muster-no-such-program'] })).rejects.toThrow(/muster-no-such-program/);
      });

      test('that ignores its input is not at fault', async () => {
        expect((await host.run({ argv: ['true'], stdin: Buffer.alloc(1024 * 1024) })).exitCode).toBe(0);
      });

      test('ends with the signal, even when a child of its own keeps its output open', async () => {
        const controller = new AbortController();
        const running = host.run({ argv: ['sh', '-c', 'sleep 3 & wait'], signal: controller.signal });
        setTimeout(() => controller.abort(), 50);
        await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
      });
    });

    describe('a spawned process', () => {
      test('streams both ways while it runs', async () => {
        const child = await host.spawn({ argv: ['cat'] });
        child.stdin.write('ping\n');
        expect(String((await once(child.stdout, 'data'))[0])).toBe('ping\n');
        child.stdin.end();
        expect(await child.ended).toEqual({ exitCode: 0, signal: null });
      });

      test('has ended when it has ended, even if nobody reads its output', async () => {
        const child = await host.spawn({ argv: ['echo', 'unread'] });
        expect(await child.ended).toEqual({ exitCode: 0, signal: null });
        expect(await text(child.stdout as Readable)).toBe('unread\n');
      });

      test('can be told to stop, and its end says by what', async () => {
        const child = await host.spawn({ argv: ['sleep', '60'] });
        expect(child.pid).toBeGreaterThan(0);
        child.kill('SIGKILL');
        expect(await child.ended).toEqual({ exitCode: null, signal: 'SIGKILL' });
      });

      test('ends with the signal', async () => {
        const controller = new AbortController();
        const child = await host.spawn({ argv: ['sleep', '60'], signal: controller.signal });
        controller.abort();
        expect(await child.ended).toEqual({ exitCode: null, signal: 'SIGTERM' });
      });
    });

    describe('a file', () => {
      test('is read as it was written, with the mode that was asked for whatever the umask', async () => {
        const content = Buffer.from([0, 255, 10, 128]);
        await host.writeFile(at('data'), content, { mode: 0o666 });
        expect(await host.readFile(at('data'))).toEqual(content);
        expect(await statOf(at('data'))).toMatch(/^666 /);
      });

      test('gets its owner before anybody can read it, where that is allowed', async () => {
        const { uid } = await host.facts();
        const write = host.writeFile(at('owned'), bytes('x'), { mode: 0o440, uid: 1234, gid: 4321 });
        if (uid !== 0) {
          await expect(write).rejects.toThrow();
          return;
        }
        await write;
        expect(await statOf(at('owned'))).toBe('440 1234 4321\n');
      });

      test('is replaced as a whole: a reader that has it open keeps the old one', async () => {
        await host.writeFile(at('replaced'), bytes('old'), { mode: 0o600 });
        const before = await run('stat', '-c', '%i', at('replaced'));
        await host.writeFile(at('replaced'), bytes('new'), { mode: 0o600 });
        expect(await run('stat', '-c', '%i', at('replaced'))).not.toBe(before);
        expect((await host.readFile(at('replaced'))).toString()).toBe('new');
      });

      test('that can not be written leaves nothing behind', async () => {
        await host.makeDirectory(at('taken/inside'), { mode: 0o700 });
        await expect(host.writeFile(at('taken'), bytes('x'), { mode: 0o600 })).rejects.toThrow();
        expect((await host.list(made.directory)).filter((entry) => entry.startsWith('.'))).toEqual([]);
      });

      test('written many times at once is always one of them', async () => {
        const contents = Array.from({ length: 12 }, (_, i) => String(i).repeat(2000));
        await Promise.all(contents.map((content) => host.writeFile(at('raced'), bytes(content), { mode: 0o600 })));
        expect(contents).toContain((await host.readFile(at('raced'))).toString());
      });

      test('that is not there rejects when read', async () => {
        await expect(host.readFile(at('missing'))).rejects.toMatchObject({ code: 'ENOENT' });
      });
    });

    describe('a directory', () => {
      test('is made with its parents and the mode, also when it was there with another', async () => {
        await host.makeDirectory(at('a/b/c'), { mode: 0o755 });
        await host.makeDirectory(at('a/b/c'), { mode: 0o700 });
        expect(await statOf(at('a/b/c'))).toMatch(/^700 /);
      });

      test('is listed by name', async () => {
        await host.makeDirectory(at('listed'), { mode: 0o700 });
        for (const entry of ['b', 'a', '.c']) await host.writeFile(at(`listed/${entry}`), bytes(''), { mode: 0o600 });
        expect(await host.list(at('listed'))).toEqual(['.c', 'a', 'b']);
      });

      test('is removed with all that is in it, and again without complaint', async () => {
        await host.makeDirectory(at('gone/deep'), { mode: 0o700 });
        await host.remove(at('gone'));
        await host.remove(at('gone'));
        expect([await host.exists(at('gone')), await host.exists(made.directory)]).toEqual([false, true]);
      });
    });

    test('a unix socket and a TCP port of that host can be spoken to, with half-close', async () => {
      const script = [
        'const {createServer}=require("net");',
        'const echo=s=>{let t="";s.on("data",d=>t+=d);s.on("end",()=>s.end(t.toUpperCase()))};',
        'createServer({allowHalfOpen:true},echo).listen(process.argv[1],()=>{',
        'const tcp=createServer({allowHalfOpen:true},echo).listen(0,"127.0.0.1",()=>console.log(tcp.address().port))})',
      ].join('');
      const server = await host.spawn({ argv: [process.execPath, '-e', script, at('echo.sock')] });
      const port = Number(String((await once(server.stdout, 'data'))[0]));
      for (const target of [{ unix: at('echo.sock') }, { host: '127.0.0.1', port }]) {
        const connection = await host.connect(target);
        connection.end('hello');
        expect(await text(connection)).toBe('HELLO');
      }
      server.kill('SIGKILL');
      await server.ended;
      await expect(host.connect({ unix: at('nobody.sock') })).rejects.toMatchObject({ code: 'ENOENT' });
    });

    test('says what it is', async () => {
      const facts = await host.facts();
      expect(facts).toMatchObject({
        os: expect.stringMatching(/^(linux|darwin)$/),
        user: expect.any(String),
        home: expect.stringMatching(/^\//),
      });
      expect(facts.cores).toBeGreaterThan(0);
      expect(facts.memoryBytes).toBeGreaterThan(1024 * 1024);
    });
  });
}
