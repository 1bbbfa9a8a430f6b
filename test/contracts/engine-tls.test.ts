import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectEngine } from '#engine/connect.ts';
import type { Engine } from '#engine/engine.ts';
import { openEngine } from '#engine/open.ts';
import { forwardTcp, forwardTls } from '../engine/forwarder.ts';
import type { Forwarder } from '../engine/forwarder.ts';
import { engineContract } from './engine.ts';

const environmentFor = (port: number, directory: string): Record<string, string> => ({
  DOCKER_HOST: `tcp://localhost:${port}`,
  DOCKER_TLS_VERIFY: '1',
  DOCKER_CERT_PATH: directory,
});

engineContract('TLS', async () => {
  const forwarder = await forwardTls();
  const engine = openEngine({ environment: environmentFor(forwarder.port, forwarder.directory) });
  return { engine, close: () => forwarder.close() };
});

describe('TLS that does not fit', () => {
  let forwarder: Forwarder & { readonly directory: string };
  let other: Forwarder & { readonly directory: string };
  beforeAll(async () => {
    forwarder = await forwardTls();
    other = await forwardTls();
  });
  afterAll(async () => {
    await forwarder.close();
    await other.close();
  });

  async function failureOf(engine: Engine): Promise<unknown> {
    const error = await engine.json({ path: '/containers/json' }).catch((reason: unknown) => reason);
    engine.close();
    return error;
  }

  test("an engine with somebody else's certificate is not trusted", async () => {
    const engine = openEngine({ environment: environmentFor(forwarder.port, other.directory) });
    expect(await failureOf(engine)).toMatchObject({
      code: 'ENGINE_ENDPOINT',
      message: expect.stringContaining('no TLS connection'),
    });
  });

  test('a client without the certificate that the engine wants is told about the files', async () => {
    const files = { ca: `${forwarder.directory}/ca.pem`, cert: null, key: null };
    const engine = connectEngine({ kind: 'tls', host: 'localhost', port: forwarder.port, verify: true, files });
    expect(await failureOf(engine)).toMatchObject({ code: expect.stringMatching(/^ENGINE_(ENDPOINT|LOST)$/) });
  });

  test('plain TCP to a TLS port, and TLS to a plain port, are told apart from an absent engine', async () => {
    const plain = connectEngine({ kind: 'tcp', host: 'localhost', port: forwarder.port });
    expect(await failureOf(plain)).toMatchObject({ code: expect.stringMatching(/^ENGINE_(ENDPOINT|LOST)$/) });
    const tcp = await forwardTcp();
    const tls = openEngine({ environment: environmentFor(tcp.port, forwarder.directory) });
    expect(await failureOf(tls)).toMatchObject({ code: 'ENGINE_ENDPOINT' });
    await tcp.close();
  });
});
