// Which bytes a service mounts, where, and as whose.

import type { FileMount, Service } from '#model/project.ts';
import type { SourceKey, Sources } from '#model/sources.ts';

export type WantedFile = {
  readonly key: SourceKey;
  readonly target: string;
  readonly mode: number;
  /** null: not asked for. */
  readonly uid: number | null;
  readonly gid: number | null;
};

/** Readable for whoever the program runs as; only files that ask for more privacy get it. */
const defaultMode = 0o444;

export function wantedFiles(service: Service): WantedFile[] {
  return [
    ...(service.secrets ?? []).map((mount) => wantedFile(mount, `secret:${mount.source}`, '/run/secrets/')),
    ...(service.configs ?? []).map((mount) => wantedFile(mount, `config:${mount.source}`, '/')),
  ];
}

function wantedFile(mount: FileMount, key: SourceKey, folder: string): WantedFile {
  const target = mount.target === undefined || mount.target === '' ? mount.source : mount.target;
  return {
    key,
    target: target.startsWith('/') ? target : folder + target,
    mode: mount.mode === undefined ? defaultMode : Number.parseInt(mount.mode, 8),
    uid: id(mount.uid),
    gid: id(mount.gid),
  };
}

function id(text: string | undefined): number | null {
  return text === undefined || !/^\d+$/.test(text) ? null : Number(text);
}

export function mountsSources(service: Service, sources: Sources): boolean {
  return wantedFiles(service).some((file) => sources.has(file.key));
}

/** For the record of what a replica was made from: `secret:db_password` -> sha256 hex. */
export function sourceDigests(service: Service, sources: Sources): Record<string, string> {
  const digests: Record<string, string> = {};
  for (const { key } of wantedFiles(service)) {
    const source = sources.get(key);
    if (source !== undefined) digests[key] = source.digest;
  }
  return digests;
}
