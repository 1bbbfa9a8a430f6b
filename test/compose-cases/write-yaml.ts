import { Raw, type Value } from './values.ts';

/** Block YAML with every string in double quotes, so that only `Raw` values depend on how YAML reads plain text. */
export function writeYaml(value: Value, indent = 0): string {
  const pad = ' '.repeat(indent);
  if (Array.isArray(value) && value.length > 0) return value.map((item) => `\n${pad}-${nested(item, indent + 2)}`).join('');
  if (isRecord(value) && Object.keys(value).length > 0) {
    return Object.entries(value)
      .map(([key, own]) => `\n${pad}${JSON.stringify(key)}:${nested(own, indent + 2)}`)
      .join('');
  }
  return ` ${scalar(value)}`;
}

function nested(value: Value, indent: number): string {
  return writeYaml(value, indent);
}

function isRecord(value: Value): value is { [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Raw);
}

function scalar(value: Value): string {
  return value instanceof Raw ? value.text : JSON.stringify(value);
}
