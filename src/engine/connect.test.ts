import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { withScriptedEngine } from '../../test/engine/scripted-engine.ts';
import { connectEngine } from './connect.ts';
import { refusalOf } from './engine.ts';

const answering =
  (body: string, status = 200) =>
  (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };

async function collect<Line>(lines: AsyncIterable<Line>): Promise<Line[]> {
  const seen: Line[] = [];
  for await (const line of lines) seen.push(line);
  return seen;
}

describe('a call', () => {
  test('asks for the version once, speaks the lower one and keeps its connection', async () => {
    await withScriptedEngine({ answer: answering('[1]'), apiVersion: '1.43' }, async ({ engine, requests, connections }) => {
      await engine.json({ path: '/a' });
      expect(await engine.json({ path: '/b' })).toEqual([1]);
      expect(requests).toEqual(['GET /_ping', 'GET /v1.43/a', 'GET /v1.43/b']);
      expect(connections()).toBe(1);
    });
  });

  test('asks nothing first when the version is pinned', async () => {
    const script = { answer: answering('{}'), options: { apiVersion: '1.42' } };
    await withScriptedEngine(script, async ({ engine, requests }) => {
      expect(await engine.supports('1.42')).toBe(true);
      await engine.json({ path: '/a' });
      expect(requests).toEqual(['GET /v1.42/a']);
    });
  });

  test.each(['1.40', null])('to an engine that offers API %s is refused as too old', async (apiVersion) => {
    await withScriptedEngine({ apiVersion }, async ({ engine }) => {
      await expect(engine.json({ path: '/a' })).rejects.toMatchObject({ code: 'ENGINE_VERSION' });
    });
  });

  test('sends JSON and gets undefined for an empty answer', async () => {
    let received = '';
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      void text(request).then((body) => {
        received = `${request.headers['content-type']} ${body}`;
        return response.writeHead(204).end();
      });
    };
    await withScriptedEngine({ answer }, async ({ engine }) => {
      expect(await engine.json({ path: '/a', method: 'POST', body: { Name: 'ä' } })).toBeUndefined();
      expect(received).toBe('application/json {"Name":"ä"}');
    });
  });

  test("that is refused rejects with the engine's own words and the status behind them", async () => {
    await withScriptedEngine({ answer: answering('{"message":"no such volume: data"}', 404) }, async ({ engine }) => {
      const error = await engine.json({ path: '/volumes/data' }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'ENGINE_REFUSED', message: 'no such volume: data' });
      expect(refusalOf(error)).toEqual({ status: 404, message: 'no such volume: data' });
    });
  });

  test('answered by something that is no engine says so', async () => {
    await withScriptedEngine({ answer: answering('<html>hello</html>') }, async ({ engine }) => {
      await expect(engine.json({ path: '/a' })).rejects.toMatchObject({ code: 'ENGINE_ENDPOINT' });
    });
  });

  test('whose answer breaks off is a lost engine', async () => {
    const answer = (_request: IncomingMessage, response: ServerResponse): void => {
      response.writeHead(200, { 'content-length': 100 }).write('{"half":');
      setTimeout(() => response.socket?.destroy(), 10);
    };
    await withScriptedEngine({ answer }, async ({ engine }) => {
      await expect(engine.json({ path: '/a' })).rejects.toMatchObject({ code: 'ENGINE_LOST' });
    });
  });

  test('that changes nothing is repeated once when the pooled connection was closed in the meantime', async () => {
    let calls = 0;
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      if (++calls === 2) request.socket.destroy();
      else response.end('{}');
    };
    await withScriptedEngine({ answer }, async ({ engine }) => {
      await engine.json({ path: '/a' });
      await engine.json({ path: '/b' });
      expect(calls).toBe(3);
      calls = 1;
      await expect(engine.json({ path: '/c', method: 'POST' })).rejects.toMatchObject({ code: 'ENGINE_LOST' });
    });
  });

  test('ends with the signal, also while it waits for the answer', async () => {
    await withScriptedEngine({ answer: () => {} }, async ({ engine }) => {
      const controller = new AbortController();
      const call = engine.json({ path: '/a', signal: controller.signal });
      setTimeout(() => controller.abort(), 20);
      await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
      await expect(engine.json({ path: '/a', signal: controller.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    });
  });

  test('does not wait for a pooled connection behind calls that last', async () => {
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      if (!request.url?.includes('/wait')) response.end('{}');
    };
    await withScriptedEngine({ answer, options: { maxSockets: 2 } }, async ({ engine }) => {
      const controller = new AbortController();
      const waits = Array.from({ length: 5 }, (_, i) =>
        engine.json({ path: `/containers/${i}/wait`, method: 'POST', signal: controller.signal }).catch(() => 'ended'),
      );
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await engine.json({ path: '/a', signal: AbortSignal.timeout(15_000) })).toEqual({});
      controller.abort();
      expect(await Promise.all(waits)).toEqual(Array(5).fill('ended'));
    });
  });

  test('reports the failure of the body that it uploads, not a lost engine', async () => {
    await withScriptedEngine({ answer: (request) => void request.resume() }, async ({ engine }) => {
      const body = new PassThrough();
      const call = engine.json({ path: '/build', method: 'POST', body });
      setTimeout(() => body.destroy(new Error('file vanished')), 20);
      await expect(call).rejects.toThrow('file vanished');
    });
  });

  test('reports the failure of a body that fails before the engine has said its version', async () => {
    await withScriptedEngine({ answer: (request) => void request.resume() }, async ({ engine, requests }) => {
      const body = new PassThrough();
      const call = engine.json({ path: '/build', method: 'POST', body });
      body.destroy(new Error('file vanished'));
      await expect(call).rejects.toThrow('file vanished');
      expect(requests).toEqual(['GET /_ping']);
    });
  });

  test('reports the failure of a body that fails while the engine is being dialled', async () => {
    const body = new PassThrough();
    const dial = async (): Promise<Duplex> => {
      body.destroy(new Error('file vanished'));
      await new Promise((resolve) => body.once('close', resolve));
      throw new Error('too late to matter');
    };
    const engine = connectEngine({ kind: 'host', location: 'nas', path: '/docker.sock' }, { dial, apiVersion: '1.44' });
    await expect(engine.json({ path: '/build', method: 'POST', body })).rejects.toThrow('file vanished');
    engine.close();
  });

  test('leaves no body open that it never gets to send', async () => {
    const engine = connectEngine({ kind: 'unix', path: '/nonexistent/docker.sock' });
    const body = new PassThrough();
    await expect(engine.json({ path: '/build', method: 'POST', body })).rejects.toMatchObject({ code: 'ENGINE_ABSENT' });
    expect(body.destroyed).toBe(true);
  });

  test('takes the refusal that comes while the body is still being sent', async () => {
    await withScriptedEngine({ answer: answering('{"message":"dockerfile parse error"}', 400) }, async ({ engine }) => {
      const body = Readable.from(
        (function* () {
          for (let i = 0; i < 50; i++) yield Buffer.alloc(16 * 1024);
        })(),
      );
      await expect(engine.json({ path: '/build', method: 'POST', body })).rejects.toThrow('dockerfile parse error');
    });
  });
});

describe('an engine that is not there', () => {
  test('is absent, with the remedy', async () => {
    const engine = connectEngine({ kind: 'unix', path: '/nonexistent/docker.sock' });
    await expect(engine.json({ path: '/a' })).rejects.toMatchObject({
      code: 'ENGINE_ABSENT',
      message: 'there is no Docker Engine at unix:///nonexistent/docker.sock',
    });
  });

  test('is asked again after a failure', async () => {
    await withScriptedEngine({ answer: answering('{}'), apiVersion: null }, async ({ engine, requests }) => {
      await expect(engine.json({ path: '/a' })).rejects.toMatchObject({ code: 'ENGINE_VERSION' });
      await expect(engine.json({ path: '/a' })).rejects.toMatchObject({ code: 'ENGINE_VERSION' });
      expect(requests).toEqual(['GET /_ping', 'GET /_ping']);
    });
  });

  test('is given up when it accepts connections and says nothing, below TLS and above', async () => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const files = { ca: null, cert: null, key: null };
    for (const endpoint of [
      { kind: 'tcp', host: '127.0.0.1', port } as const,
      { kind: 'tls', host: '127.0.0.1', port, verify: true, files } as const,
    ]) {
      const engine = connectEngine(endpoint, { connectTimeoutMs: 300 });
      await expect(engine.json({ path: '/a' })).rejects.toMatchObject({
        code: 'ENGINE_ABSENT',
        // Below TLS it is the connection that is missing, above TCP the first answer.
        message: expect.stringMatching(endpoint.kind === 'tls' ? /^tcp:.*within 0\.3s/ : /^the Docker Engine at .*within 0\.6s/),
      });
      engine.close();
    }
    server.close();
  });

  test('but something else that speaks no HTTP is told apart', async () => {
    const server = createServer((socket) => socket.end('220 mail.example ESMTP\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const engine = connectEngine({ kind: 'tcp', host: '127.0.0.1', port });
    await expect(engine.json({ path: '/a' })).rejects.toMatchObject({ code: 'ENGINE_ENDPOINT' });
    engine.close();
    server.close();
  });
});

describe('lines', () => {
  test('arrive one value at a time and breaking out closes the connection', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      closed = new Promise((resolve) => request.socket.on('close', resolve));
      response.write('{"n":1}\n{"n"');
      setTimeout(() => response.write(':2}\n'), 10);
    };
    await withScriptedEngine({ answer }, async ({ engine }) => {
      const seen: number[] = [];
      for await (const { n } of engine.lines<{ n: number }>({ path: '/events' })) {
        seen.push(n);
        if (n === 2) break;
      }
      expect(seen).toEqual([1, 2]);
      await closed;
    });
  });

  test('that end inside a value mean a lost engine', async () => {
    await withScriptedEngine({ answer: answering('{"n":1}\n{"n":') }, async ({ engine }) => {
      await expect(collect(engine.lines({ path: '/events' }))).rejects.toMatchObject({ code: 'ENGINE_LOST' });
    });
  });

  test('end with CANCELLED when the signal fires', async () => {
    const answer = (_request: IncomingMessage, response: ServerResponse): void => void response.write('{"n":1}\n');
    await withScriptedEngine({ answer }, async ({ engine }) => {
      const controller = new AbortController();
      const reading = (async () => {
        for await (const line of engine.lines({ path: '/events', signal: controller.signal })) if (line) controller.abort();
      })();
      await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
    });
  });
});

describe('a stream', () => {
  test('that nobody reads slows the engine down', async () => {
    let sent = 0;
    const answer = (_request: IncomingMessage, response: ServerResponse): void => {
      const source = Readable.from(
        (function* () {
          for (; sent < 1000; sent++) yield Buffer.alloc(64 * 1024);
        })(),
      );
      source.pipe(response);
    };
    await withScriptedEngine({ answer }, async ({ engine }) => {
      const body = await engine.stream({ path: '/export' });
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(sent).toBeLessThan(100);
      body.destroy();
    });
  });
});

describe('a hijacked connection', () => {
  test('carries bytes both ways after 101, the first ones in the same packet as the head', async () => {
    const script = {
      upgrade: (_request: IncomingMessage, socket: import('node:stream').Duplex): void => {
        socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nearly ');
        socket.on('data', (chunk: Buffer) => socket.write(chunk.toString().toUpperCase()));
        socket.on('end', () => socket.end(' late'));
      },
    };
    await withScriptedEngine(script, async ({ engine }) => {
      const connection = await engine.hijack({ path: '/exec/1/start', method: 'POST', body: { Tty: true } });
      connection.end('hello');
      expect(await text(connection)).toBe('early HELLO late');
    });
  });

  test('also works with an engine that answers 200', async () => {
    const script = {
      upgrade: (_request: IncomingMessage, socket: import('node:stream').Duplex): void => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nearly ');
        socket.on('data', (chunk: Buffer) => socket.write(chunk.toString().toUpperCase()));
        socket.on('end', () => socket.end(' late'));
      },
    };
    await withScriptedEngine(script, async ({ engine }) => {
      const connection = await engine.hijack({ path: '/exec/1/start', method: 'POST' });
      connection.end('hello');
      expect(await text(connection)).toBe('early HELLO late');
    });
  });

  test('that is refused says why', async () => {
    const script = {
      upgrade: (_request: IncomingMessage, socket: import('node:stream').Duplex): void => {
        const body = '{"message":"container is paused"}';
        socket.end(`HTTP/1.1 409 Conflict\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      },
    };
    await withScriptedEngine(script, async ({ engine }) => {
      await expect(engine.hijack({ path: '/exec/1/start', method: 'POST' })).rejects.toThrow('container is paused');
    });
  });

  test('ends with the signal', async () => {
    const script = {
      upgrade: (_request: IncomingMessage, socket: import('node:stream').Duplex): void => {
        socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
      },
    };
    await withScriptedEngine(script, async ({ engine }) => {
      const controller = new AbortController();
      const connection = await engine.hijack({ path: '/x/attach', method: 'POST', signal: controller.signal });
      setTimeout(() => controller.abort(), 10);
      await expect(text(connection)).rejects.toMatchObject({ code: 'CANCELLED' });
    });
  });
});
