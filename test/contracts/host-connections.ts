import { once } from 'node:events';
import { Agent, get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectTarget, HostProcess } from '#host/host.ts';
import type { HostBench } from './host.ts';

/** Says back in capitals what it was told, after the end of it. */
const echo = [
  'const {createServer}=require("net");',
  'const echo=s=>{let t="";s.on("data",d=>t+=d);s.on("end",()=>s.end(t.toUpperCase()))};',
  'createServer({allowHalfOpen:true},echo).listen(process.argv[1],()=>{',
  'const tcp=createServer({allowHalfOpen:true},echo).listen(0,"127.0.0.1",()=>console.log(tcp.address().port))})',
].join('');

export function hostConnections(bench: HostBench): void {
  describe('a connection', () => {
    let server: HostProcess;
    let port: number;
    beforeAll(async () => {
      server = await bench.host.spawn({ argv: [process.execPath, '-e', echo, bench.at('e: %h.sock')] });
      port = Number(String((await once(server.stdout, 'data'))[0]));
    });
    afterAll(async () => {
      server.kill('SIGKILL');
      await server.ended;
    });

    test('leads to a unix socket or a TCP port of that host, with half-close, many times at once', async () => {
      const targets: ConnectTarget[] = [{ unix: bench.at('e: %h.sock') }, { host: '127.0.0.1', port }];
      const answers = await Promise.all(
        [...targets, ...targets, ...targets].map(async (target, index) => {
          const connection = await bench.host.connect(target);
          connection.end(`hello ${index}`);
          return text(connection);
        }),
      );
      expect(answers).toEqual(answers.map((_, index) => `HELLO ${index}`));
    });

    test('carries much, both ways', async () => {
      const connection = await bench.host.connect({ host: '127.0.0.1', port });
      const sent = 'abcdefgh'.repeat(1_000_000);
      connection.end(sent);
      expect((await text(connection)) === sent.toUpperCase()).toBe(true);
    });

    test('carries HTTP, also through an agent that keeps it', async () => {
      const script =
        'require("http").createServer((q,r)=>r.end(q.url)).listen(0,"127.0.0.1",function(){console.log(this.address().port)})';
      const web = await bench.host.spawn({ argv: [process.execPath, '-e', script] });
      const webPort = Number(String((await once(web.stdout, 'data'))[0]));
      const agent = new HostAgent(() => bench.host.connect({ host: '127.0.0.1', port: webPort }));
      try {
        for (const path of ['/one', '/two']) expect(await bodyOf(agent, path)).toBe(path);
        expect(agent.dialled).toBe(1);
      } finally {
        agent.destroy();
        web.kill('SIGKILL');
        await web.ended;
      }
    });

    test.each([
      ['ENOENT', (): ConnectTarget => ({ unix: bench.at('nobody.sock') })],
      ['ECONNREFUSED', (): ConnectTarget => ({ host: '127.0.0.1', port: 1 })],
    ])('that is refused says %s', async (code, target) => {
      await expect(reasonOf(bench.host.connect(target()))).resolves.toMatchObject({ code });
    });

    test('has a listener, whose owner is known', async () => {
      const listeners = await bench.host.listeners(new Set([`${port}/tcp`]));
      expect(listeners).toEqual([
        { hostIp: '127.0.0.1', port, protocol: 'tcp', owner: { pid: server.pid, name: expect.stringMatching(/node|Main/) } },
      ]);
      expect(await bench.host.listeners(new Set(['1/udp']))).toEqual([]);
    });
  });
}

class HostAgent extends Agent {
  dialled = 0;
  readonly #dial: () => Promise<Duplex>;

  constructor(dial: () => Promise<Duplex>) {
    super({ keepAlive: true });
    this.#dial = dial;
  }

  override createConnection(_options: object, connected?: (error: Error | null, stream: Duplex) => void): undefined {
    this.dialled++;
    void this.#dial().then((stream) => connected?.(null, stream));
  }
}

async function bodyOf(agent: Agent, path: string): Promise<string> {
  const [response] = (await once(get({ agent, path }), 'response')) as [IncomingMessage];
  return text(response);
}

/** From the call, or from the stream. */
async function reasonOf(connecting: Promise<Duplex>): Promise<unknown> {
  try {
    const connection = await connecting;
    connection.write('hello');
    await text(connection);
    return null;
  } catch (error) {
    return error;
  }
}
