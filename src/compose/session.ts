// What one load carries through its phases.

import type { Problems } from './problems.ts';
import type { Reader } from './reader.ts';
import type { Remotes } from './remotes.ts';
import type { YamlDocument } from './yaml.ts';
import type { Lookup } from './template.ts';

export type Session = {
  readonly reader: Reader;
  readonly remotes: Remotes;
  /** Home folder for `~`. */
  readonly home: string | undefined;
  readonly warn: (message: string) => void;
  readonly problems: Problems;
  /** Variables are substituted. */
  readonly interpolate: boolean;
  /** Whether a value refers to a service's address (`${service:db.ip}`): few files do. */
  readonly references: { any: boolean };
  /** How many entries of `include` were followed: files that include each other twice over double at each level. */
  readonly includes: { count: number };
  /** Parsed files: the project's own are read before their turn, for the project name. */
  readonly parsed: Map<string, readonly YamlDocument[]>;
};

/** One set of files that are merged over each other: the project's own, or those of one `include` entry. */
export type Layer = {
  /** Absolute paths; `-` is stdin. */
  readonly files: readonly string[];
  /** What relative paths in the files are joined to: absolute for the project, relative to the including file's for an include. */
  readonly workingDir: string;
  /** Absolute folder that `extends` and `include` look in. */
  readonly baseDir: string;
  readonly lookup: Lookup;
  readonly resolvePaths: boolean;
};
