// What is asked of a builder, and what comes of it.

import type { Build } from '#model/project.ts';
import type { Environment } from '#engine/docker-config.ts';

export type BuildRequest = {
  readonly service: string;
  /** Contexts that are other services' images are already `docker-image://…`. */
  readonly build: Build;
  /** The image's name; `build.tags` are added. */
  readonly tag: string;
  /** Added to `build.labels`. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly noCache?: boolean;
  /** Look for newer base images. */
  readonly pull?: boolean;
  readonly platform?: string;
  /** `--memory` of `build`, bytes. */
  readonly memoryBytes?: number;
  /** By the id that the Dockerfile knows them by. */
  readonly secrets?: ReadonlyMap<string, Uint8Array>;
};

export type BuildContext = {
  readonly signal: AbortSignal;
  /** One line of the builder's own output. */
  readonly output: (text: string) => void;
  /** The step at work, in one line. */
  readonly progress?: (text: string) => void;
  /** The process environment: where Docker's configuration and the SSH agent are. */
  readonly environment: Environment;
};

export type BuiltImage = { readonly imageId: string; readonly warnings: readonly string[] };

export function imageNames({ tag, build }: BuildRequest): string[] {
  return [...new Set([tag, ...(build.tags ?? [])])];
}

export function definedArgs(build: Build): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(build.args ?? {})) if (value !== null) defined[name] = value;
  return defined;
}

/** BuildKit's `type=registry,ref=team/app:cache` names an image too. */
export function imageOfCache(entry: string): string {
  const ref = entry.split(',').find((part) => part.startsWith('ref='));
  return ref === undefined ? entry : ref.slice('ref='.length);
}

/** Whether a key says anything. */
export const isPresent = (value: unknown): boolean =>
  value !== undefined && value !== null && (typeof value !== 'object' || Object.keys(value).length > 0);
