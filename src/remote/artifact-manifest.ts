// What `docker compose publish` pushes, read as Docker Compose reads it. https://github.com/docker/compose/blob/main/pkg/remote/oci.go

import { MusterError } from '#lib/errors.ts';

export type Layer = {
  readonly digest: string;
  readonly size: number;
  /** Base64; small layers stand in the manifest itself. */
  readonly data?: string;
};

/** A file is text of ours and layers, one after the other. */
export type Piece = Layer | string;
export type ArtifactFiles = ReadonlyMap<string, readonly Piece[]>;

/** An application published with its images is an index, which names the manifest of the application. */
export type Artifact =
  | { readonly kind: 'files'; readonly files: ArtifactFiles }
  | { readonly kind: 'index'; readonly digest: string };

const applicationType = 'application/vnd.docker.compose.project';
const composeFileType = 'application/vnd.docker.compose.file+yaml';
const envFileType = 'application/vnd.docker.compose.envfile';
/** Marks an application in registries that know no artifact types (OCI 1.0). */
const emptyConfigType = 'application/vnd.docker.compose.config.empty.v1+json';

/** `shown` names it in errors. Throws REMOTE_FAILED for what is no Compose application, or would leave its folder. */
export function artifactIn(manifest: Buffer, shown: string): Artifact {
  const fields = parsed(manifest, shown);
  if (Array.isArray(fields['manifests'])) {
    // Of several, Docker Compose takes the last.
    const entry = fields['manifests'].map(asRecord).findLast(({ artifactType }) => artifactType === applicationType);
    if (entry === undefined) throw notAnApplication(shown, 'an image, or several');
    return { kind: 'index', digest: digestIn(entry, shown) };
  }
  const type = fields['artifactType'] ?? '';
  const config = asRecord(fields['config'])['mediaType'];
  if (type !== applicationType && !(type === '' && config === emptyConfigType))
    throw notAnApplication(shown, typeof type === 'string' && type !== '' ? `of the type ${type.slice(0, 100)}` : 'an image');
  return { kind: 'files', files: filesIn(fields['layers'], shown) };
}

function filesIn(layers: unknown, shown: string): ArtifactFiles {
  const files = new Map<string, Piece[]>();
  for (const [index, fields] of (Array.isArray(layers) ? layers : []).map(asRecord).entries()) {
    const annotations = asRecord(fields['annotations']);
    const {
      'com.docker.compose.file': file,
      'com.docker.compose.extends': base,
      'com.docker.compose.envfile': envFile,
    } = annotations;
    if (fields['mediaType'] === composeFileType) {
      const name = base === undefined ? mainFile : nameIn(file, shown);
      const separator = index > 0 && file !== undefined ? ['\n---\n'] : [];
      files.set(name, [...(files.get(name) ?? []), ...separator, layerIn(fields, shown)]);
    } else if (fields['mediaType'] === envFileType) files.set(nameIn(envFile, shown), [layerIn(fields, shown)]);
  }
  if (!files.has(mainFile)) throw broken(shown, 'it has no Compose file');
  if (sizeOf(files) > maxBytes) throw broken(shown, `its files are larger than ${maxBytes / 1024 / 1024} MiB`);
  return files;
}

const mainFile = 'compose.yaml';
/** Far above real applications, whose files hold no data. */
const maxBytes = 32 * 1024 * 1024;

function sizeOf(files: ArtifactFiles): number {
  return [...files.values()].flat().reduce((sum, piece) => sum + (typeof piece === 'string' ? piece.length : piece.size), 0);
}

/** A name beside the others, and nothing that leads elsewhere. */
function nameIn(value: unknown, shown: string): string {
  if (typeof value === 'string' && /^(?!\.{1,2}$)[^/\\\p{Cc}]{1,255}$/u.test(value)) return value;
  throw broken(shown, `it has a file with the name ${JSON.stringify(value ?? null).slice(0, 100)}`);
}

function layerIn(fields: Fields, shown: string): Layer {
  const { size, data } = fields;
  const digest = digestIn(fields, shown);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw broken(shown, `${digest} has no size`);
  return { digest, size, ...(typeof data === 'string' ? { data } : {}) };
}

function digestIn({ digest }: Fields, shown: string): string {
  if (typeof digest === 'string' && /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(digest)) return digest;
  throw broken(shown, 'a part of it has no digest');
}

type Fields = Readonly<Record<string, unknown>>;

function parsed(manifest: Buffer, shown: string): Fields {
  try {
    return asRecord(JSON.parse(manifest.toString()));
  } catch {
    throw broken(shown, 'what the registry sends is no manifest');
  }
}

function asRecord(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function notAnApplication(shown: string, what: string): MusterError {
  return new MusterError('REMOTE_FAILED', `${shown} is no Compose application, but ${what}`, {
    hint: '`docker compose publish` makes such applications; an image belongs under image: of a service',
  });
}

function broken(shown: string, why: string): MusterError {
  return new MusterError('REMOTE_FAILED', `${shown} can't be used: ${why}`, { hint: 'publish it again' });
}
