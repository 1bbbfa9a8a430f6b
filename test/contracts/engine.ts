// What every carrier of the Engine seam keeps, against a real Docker Engine.

import { text } from 'node:stream/consumers';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContainerCreate, ContainerCreated, ContainerWait } from '#engine/api/container.ts';
import type { EngineEvent } from '#engine/api/event.ts';
import type { ExecCreated, ExecInspect } from '#engine/api/exec.ts';
import { demultiplex } from '#engine/demultiplex.ts';
import { refusalOf } from '#engine/engine.ts';
import type { Engine } from '#engine/engine.ts';
import { logLines } from '#engine/log-lines.ts';
import type { LogLine } from '#engine/log-lines.ts';
import { ensureBusyboxImage } from '../support/images.ts';

export type MadeEngine = { readonly engine: Engine; close(): Promise<void> };

export function engineContract(name: string, make: () => Promise<MadeEngine>): void {
  describe(`an engine over ${name}`, () => {
    let made: MadeEngine;
    let engine: Engine;
    let image = '';
    const containers: string[] = [];

    beforeAll(async () => {
      image = await ensureBusyboxImage();
      made = await make();
      engine = made.engine;
    });
    afterAll(async () => {
      for (const id of containers)
        await engine.json({ path: `/containers/${id}`, method: 'DELETE', query: { force: true, v: true } });
      engine.close();
      await made.close();
    });

    async function container(command: readonly string[], extra: Partial<ContainerCreate> = {}): Promise<string> {
      const body = { Image: image, Cmd: command, Labels: { 'muster-test': 'engine' }, ...extra };
      const { Id } = await engine.json<ContainerCreated>({ path: '/containers/create', method: 'POST', body });
      containers.push(Id);
      return Id;
    }
    const start = (id: string): Promise<void> => engine.json({ path: `/containers/${id}/start`, method: 'POST' });

    async function exec(id: string, command: readonly string[], tty = false) {
      const create = { AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: tty, Cmd: command };
      const { Id } = await engine.json<ExecCreated>({ path: `/containers/${id}/exec`, method: 'POST', body: create });
      const connection = await engine.hijack({ path: `/exec/${Id}/start`, method: 'POST', body: { Detach: false, Tty: tty } });
      return { Id, connection };
    }

    test('says its version and speaks one that both sides know', async () => {
      const version = await engine.version();
      expect(version).toMatchObject({ engineVersion: expect.stringMatching(/^\d+\./), os: 'linux' });
      expect(await engine.supports('1.41')).toBe(true);
      expect(await engine.supports('9.0')).toBe(false);
    });

    test('refuses with its own words and status', async () => {
      const error: unknown = await engine.json({ path: '/containers/muster-none/json' }).catch((reason: unknown) => reason);
      expect(refusalOf(error)).toEqual({ status: 404, message: 'No such container: muster-none' });
    });

    test('starting twice is no failure', async () => {
      const id = await container(['sleep', '60']);
      await start(id);
      await start(id);
    });

    test('a program gets its stdin to the end and answers after it on both outputs', async () => {
      const id = await container(['sleep', '60']);
      await start(id);
      const { Id, connection } = await exec(id, ['sh', '-c', 'cat; echo problem >&2; echo done; exit 7']);
      const { stdout, stderr } = demultiplex(connection);
      connection.end('typed\n');
      expect(await Promise.all([text(stdout), text(stderr)])).toEqual(['typed\ndone\n', 'problem\n']);
      expect(await engine.json<ExecInspect>({ path: `/exec/${Id}/json` })).toMatchObject({ Running: false, ExitCode: 7 });
    });

    test('a program with a TTY is raw and can be resized', async () => {
      const id = await container(['sleep', '60']);
      await start(id);
      const { Id, connection } = await exec(id, ['sh', '-c', 'read x; stty size'], true);
      await engine.json({ path: `/exec/${Id}/resize`, method: 'POST', query: { h: 33, w: 77 } });
      connection.write('go\n');
      expect(await text(connection)).toContain('33 77');
    });

    test('megabytes pass through a program unchanged in both directions', async () => {
      const id = await container(['sleep', '60']);
      await start(id);
      const { connection } = await exec(id, ['cat']);
      const { stdout, stderr } = demultiplex(connection);
      stderr.resume();
      const block = Buffer.alloc(64 * 1024, 'muster');
      Readable.from(Array(48).fill(block)).pipe(connection);
      let bytes = 0;
      for await (const chunk of stdout as AsyncIterable<Buffer>) bytes += chunk.length;
      expect(bytes).toBe(48 * block.length);
    });

    test('logs come as lines with stream and timestamp, a line longer than the engine stores at once in one piece', async () => {
      const id = await container(['sh', '-c', 'echo out; echo err >&2; head -c 40000 /dev/zero | tr "\\0" x; echo']);
      await start(id);
      await engine.json<ContainerWait>({ path: `/containers/${id}/wait`, method: 'POST' });
      const query = { stdout: true, stderr: true, timestamps: true };
      const lines: LogLine[] = [];
      for await (const line of logLines(await engine.stream({ path: `/containers/${id}/logs`, query }), {
        tty: false,
        timestamps: true,
      }))
        lines.push(line);
      const byText = (length: number) => lines.find((line) => line.text.length === length);
      expect(lines.map((line) => line.text.length).sort((a, b) => a - b)).toEqual([3, 3, 40_000]);
      expect(byText(40_000)).toMatchObject({
        stream: 'stdout',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\.\d{9}Z$/),
      });
      expect(lines.filter((line) => line.stream === 'stderr').map((line) => line.text)).toEqual(['err']);
    });

    test('events arrive as they happen and stop with the signal', async () => {
      const id = await container(['true']);
      const controller = new AbortController();
      const query = { filters: { container: [id] }, since: String(Math.floor(Date.now() / 1000) - 1) };
      const seen: string[] = [];
      const watching = (async () => {
        for await (const event of engine.lines<EngineEvent>({ path: '/events', query, signal: controller.signal })) {
          seen.push(event.Action);
          if (event.Action === 'die') controller.abort();
        }
      })();
      await start(id);
      await expect(watching).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(seen).toEqual(expect.arrayContaining(['start', 'die']));
    });

    test('a call that waits does not keep others waiting', async () => {
      const sleepers = await Promise.all(Array.from({ length: 6 }, () => container(['sleep', '60'])));
      await Promise.all(sleepers.map(start));
      const controller = new AbortController();
      const waits = sleepers.map((id) =>
        engine.json({ path: `/containers/${id}/wait`, method: 'POST', signal: controller.signal }).catch(() => 'ended'),
      );
      await engine.json({ path: '/containers/json' });
      controller.abort();
      expect(await Promise.all(waits)).toEqual(Array(6).fill('ended'));
    });

    test('an uploaded stream arrives whole', async () => {
      const id = await container(['sleep', '60']);
      const { packTar } = await import('modern-tar');
      const archive = new PassThrough();
      archive.end(await packTar([{ header: { name: 'hello.txt', size: 5 }, body: 'hello' }]));
      const headers = { 'content-type': 'application/x-tar' };
      await engine.json({ path: `/containers/${id}/archive`, method: 'PUT', query: { path: '/tmp' }, headers, body: archive });
      const back = await engine.stream({ path: `/containers/${id}/archive`, query: { path: '/tmp/hello.txt' } });
      expect(await text(back)).toContain('hello');
    });
  });
}
