import type { MusterError } from '#lib/errors.ts';
import type { SourceFile } from './places.ts';
import { parseToml } from './toml.ts';
import { parseYaml, type YamlDocument } from './yaml.ts';

/** The documents of a file, as its name says: TOML, or else YAML (JSON is YAML). Throws as the parsers do. */
export function parseFile(file: SourceFile, problems: MusterError[] | null = null): YamlDocument[] {
  return file.name.endsWith('.toml') ? parseToml(file) : parseYaml(file, problems);
}
