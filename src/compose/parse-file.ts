import { MusterError } from '#lib/errors.ts';
import { toPlace, type SourceFile } from './places.ts';
import { parseToml } from './toml.ts';
import { parseYaml, type YamlDocument } from './yaml.ts';

/** The documents of a file, as its name says: TOML, or else YAML (JSON is YAML). Throws as the parsers do. */
export function parseFile(file: SourceFile, problems: MusterError[] | null = null): YamlDocument[] {
  if (!file.text.isWellFormed()) {
    throw new MusterError('YAML_SYNTAX', 'not text: it is neither UTF-8 nor UTF-16', {
      hint: 'save the file as UTF-8',
      place: toPlace(file, file.text.search(/\p{Surrogate}/u)),
    });
  }
  return file.name.endsWith('.toml') ? parseToml(file) : parseYaml(file, problems);
}
