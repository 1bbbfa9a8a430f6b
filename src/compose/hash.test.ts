import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { load } from './memory.test-support.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Both hashes of a service with these mounts. */
async function hashesWith(mounts: string): Promise<{ compose2: string | undefined; compose5: string | undefined }> {
  const project = await load({ 'compose.yaml': `services: { web: { image: app, volumes: [${mounts}] } }` });
  return { compose2: project.configHashes['web'], compose5: project.v5ConfigHashes?.['web'] };
}

const hashedWith = (bind: string): string =>
  sha256(
    `{"command":null,"entrypoint":null,"image":"app","networks":{"default":null},"volumes":[{"type":"bind","source":"/data","target":"/data"${bind}}]}`,
  );

test.each([
  ['short form', '/data:/data', ',"bind":{"create_host_path":true}', ',"bind":{}'],
  [
    'yes',
    '{ type: bind, source: /data, target: /data, bind: { create_host_path: true } }',
    ',"bind":{"create_host_path":true}',
    ',"bind":{}',
  ],
  [
    'no',
    '{ type: bind, source: /data, target: /data, bind: { create_host_path: false } }',
    ',"bind":{}',
    ',"bind":{"create_host_path":false}',
  ],
  [
    'nothing said in bind',
    '{ type: bind, source: /data, target: /data, bind: { propagation: rslave } }',
    ',"bind":{"propagation":"rslave"}',
    ',"bind":{"propagation":"rslave"}',
  ],
  ['no bind', '{ type: bind, source: /data, target: /data }', '', ''],
])(
  'a bind mount (%s) is hashed by the rules of Docker Compose 2.40, and by those of v5',
  async (_form, mount, compose2, compose5) => {
    expect(await hashesWith(mount)).toEqual({ compose2: hashedWith(compose2), compose5: hashedWith(compose5) });
  },
);

test('without bind mounts both rules give one hash', async () => {
  const { compose2, compose5 } = await hashesWith('/anonymous');
  expect(compose5).toBe(compose2);
});

test("variables without a value get the environment's in a hash, also where nothing is interpolated", async () => {
  const files = { 'compose.yaml': 'services: { web: { image: app, environment: [SET, UNSET, "TEXT=$SET"] } }' };
  const project = await load(files, { environment: { SET: 'x' }, interpolate: false, resolveEnvironment: false });
  expect(project.services['web']?.environment).toEqual({ SET: 'x', TEXT: '$SET', UNSET: null });
});
