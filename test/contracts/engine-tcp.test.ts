import { expect, test } from 'vitest';
import { connectEngine } from '#engine/connect.ts';
import { forwardTcp } from '../engine/forwarder.ts';
import { engineContract } from './engine.ts';

engineContract('TCP', async () => {
  const forwarder = await forwardTcp();
  return { engine: connectEngine({ kind: 'tcp', host: '127.0.0.1', port: forwarder.port }), close: () => forwarder.close() };
});

test('an engine that goes away while we read its events is lost, in words', async () => {
  const forwarder = await forwardTcp();
  const engine = connectEngine({ kind: 'tcp', host: '127.0.0.1', port: forwarder.port });
  const heard = Promise.withResolvers<void>();
  const query = { since: String(Math.floor(Date.now() / 1000) - 1) };
  const watching = (async () => {
    for await (const event of engine.lines({ path: '/events', query })) if (event) heard.resolve();
  })();
  watching.catch(() => {});
  const volume = `muster-heard-${process.pid}`;
  await engine.json({ path: '/volumes/create', method: 'POST', body: { Name: volume } });
  await engine.json({ path: `/volumes/${volume}`, method: 'DELETE' });
  await heard.promise;
  forwarder.cut();
  await expect(watching).rejects.toMatchObject({ code: 'ENGINE_LOST', message: expect.stringContaining('went away') });
  await forwarder.close();
  await expect(engine.json({ path: '/containers/json' })).rejects.toMatchObject({ code: 'ENGINE_ABSENT' });
  engine.close();
});
