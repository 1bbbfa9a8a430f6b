// Puts a manifest with its layers into a registry on loopback, as a publisher would, also one that no honest publisher makes.

import { createHash } from 'node:crypto';

export type PushedLayer = {
  readonly mediaType: string;
  readonly text: string;
  readonly annotations?: Readonly<Record<string, string>>;
};

export const composeFile = (text: string, annotations: Readonly<Record<string, string>> = {}): PushedLayer => ({
  mediaType: 'application/vnd.docker.compose.file+yaml',
  text,
  annotations: { 'com.docker.compose.file': 'compose.yaml', ...annotations },
});

export const envFile = (name: string, text: string): PushedLayer => ({
  mediaType: 'application/vnd.docker.compose.envfile',
  text,
  annotations: { 'com.docker.compose.envfile': name },
});

export const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** Answers the manifest's digest. `fields` go into the manifest, over what is usual. */
export async function pushArtifact(
  repository: string,
  tag: string,
  layers: readonly PushedLayer[],
  fields: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const empty = '{}';
  for (const { text } of [...layers, { text: empty }]) await pushBlob(repository, text);
  return pushManifest(repository, tag, {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType: 'application/vnd.docker.compose.project',
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256(empty), size: 2 },
    layers: layers.map(({ mediaType, text, annotations }) => ({
      mediaType,
      digest: sha256(text),
      size: Buffer.byteLength(text),
      annotations,
    })),
    ...fields,
  });
}

export async function pushManifest(
  repository: string,
  tag: string,
  manifest: Readonly<Record<string, unknown>>,
): Promise<string> {
  const body = JSON.stringify(manifest);
  const headers = { 'content-type': String(manifest['mediaType']) };
  await expectOk(await fetch(`${urlOf(repository)}/manifests/${tag}`, { method: 'PUT', headers, body }));
  return sha256(body);
}

async function pushBlob(repository: string, text: string): Promise<void> {
  const started = await expectOk(await fetch(`${urlOf(repository)}/blobs/uploads/`, { method: 'POST' }));
  const place = new URL(started.headers.get('location') ?? '', urlOf(repository));
  place.searchParams.set('digest', sha256(text));
  await expectOk(await fetch(place, { method: 'PUT', body: text, headers: { 'content-type': 'application/octet-stream' } }));
}

/** `127.0.0.1:5000/team/app`. */
function urlOf(repository: string): string {
  const slash = repository.indexOf('/');
  return `http://${repository.slice(0, slash)}/v2${repository.slice(slash)}`;
}

async function expectOk(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
}
