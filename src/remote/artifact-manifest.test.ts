import { describe, expect, test } from 'vitest';
import { artifactIn } from './artifact-manifest.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const compose = { mediaType: 'application/vnd.docker.compose.file+yaml', digest, size: 3 };
const env = { mediaType: 'application/vnd.docker.compose.envfile', digest, size: 1 };
const named = (file: string, extending = false) => ({
  'com.docker.compose.file': file,
  ...(extending ? { 'com.docker.compose.extends': 'true' } : {}),
});

const read = (fields: object): unknown => artifactIn(Buffer.from(JSON.stringify(fields)), 'oci://host/app');
const readLayers = (...layers: readonly object[]): unknown =>
  read({ artifactType: 'application/vnd.docker.compose.project', layers });

describe('an application in a registry', () => {
  const layer = { digest, size: 3 };

  test('is one file of documents, bases and files of variables beside it, laid out byte for byte as by Docker Compose', () => {
    const layers = [
      { ...compose, annotations: named('compose.yaml') },
      { ...compose, annotations: named('over.yaml') },
      { ...compose, annotations: named('base.yaml', true) },
      { ...compose },
      { ...env, annotations: { 'com.docker.compose.envfile': 'db.env' } },
      { mediaType: 'application/vnd.docker.compose.config.empty.v1+json', digest, size: 2 },
    ];
    const files = new Map<string, unknown>([
      ['compose.yaml', [layer, '\n---\n', layer, layer]],
      ['base.yaml', ['\n---\n', layer]],
      ['db.env', [{ digest, size: 1 }]],
    ]);
    expect(readLayers(...layers)).toEqual({ kind: 'files', files });
  });

  test('that came with its images is the last application of the index', () => {
    const artifactType = 'application/vnd.docker.compose.project';
    const other = `sha256:${'b'.repeat(64)}`;
    const manifests = [{ digest, artifactType }, { digest: other, artifactType }, { digest }];
    expect(read({ manifests })).toEqual({ kind: 'index', digest: other });
  });

  test.each([
    ['..', 'it has a file with the name ".."'],
    ['../up', 'it has a file with the name "../up"'],
    ['a/b', 'it has a file with the name "a/b"'],
    ['a\\b', String.raw`it has a file with the name "a\\b"`],
    ['', 'it has a file with the name ""'],
    ['a\nb', String.raw`it has a file with the name "a\nb"`],
  ])('with a file %j leaves its folder, and is refused', (name, message) => {
    expect(() => readLayers(compose, { ...env, annotations: { 'com.docker.compose.envfile': name } })).toThrow(message);
    expect(() => readLayers(compose, { ...compose, annotations: named(name, true) })).toThrow(message);
  });

  test.each([
    [{}, 'it has no Compose file'],
    [{ layers: [{ ...compose, size: 2 ** 40 }] }, 'its files are larger than 32 MiB'],
    [{ layers: [{ ...compose, size: -1 }] }, `${digest} has no size`],
    [{ layers: [{ ...compose, digest: 'sha256:../../evil' }] }, 'a part of it has no digest'],
    [
      { artifactType: '', config: { mediaType: 'application/vnd.oci.image.config.v1+json' } },
      'is no Compose application, but an image',
    ],
    [{ artifactType: 'application/vnd.cncf.helm' }, 'but of the type application/vnd.cncf.helm'],
    [{ manifests: [{ digest }] }, 'but an image, or several'],
  ])('that is none is refused: %j', (fields, message) => {
    expect(() => read({ artifactType: 'application/vnd.docker.compose.project', ...fields })).toThrow(message);
  });

  test('that is no JSON is refused', () => {
    expect(() => artifactIn(Buffer.from('<html>'), 'oci://host/app')).toThrow('what the registry sends is no manifest');
  });
});
