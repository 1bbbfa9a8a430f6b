import { Flow, isFields, Marked, Raw, Styled, type Content, type Value } from './values.ts';

export function textOf(content: Content): string {
  if ('lines' in content) return content.lines.join('\n');
  return `${content.documents.map((document) => writeYaml(document)).join('\n---')}\n`;
}

/** Block YAML with strings in double quotes, save those that are marked otherwise. */
export function writeYaml(value: Value, indent = 0): string {
  const pad = ' '.repeat(indent);
  if (Array.isArray(value) && value.length > 0) return value.map((item) => `\n${pad}-${writeYaml(item, indent + 2)}`).join('');
  if (isFields(value) && Object.keys(value).length > 0) {
    return Object.entries(value)
      .map(([key, own]) => `\n${pad}${writeKey(key)}:${writeYaml(own, indent + 2)}`)
      .join('');
  }
  if (value instanceof Marked) return ` ${value.mark}${writeYaml(value.value, indent)}`;
  if (value instanceof Flow) return ` ${flow(value.value)}`;
  if (value instanceof Styled) return ` ${styled(value, pad)}`;
  return ` ${value instanceof Raw ? value.text : JSON.stringify(value)}`;
}

const isPlainKey = /^(?:<<|[A-Za-z_][\w.-]*|\?.*)$/;

function writeKey(key: string): string {
  return isPlainKey.test(key) ? key : JSON.stringify(key);
}

function flow(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (isFields(value))
    return `{${Object.entries(value)
      .map(([key, own]) => `${writeKey(key)}: ${flow(own)}`)
      .join(', ')}}`;
  if (value instanceof Marked) return `${value.mark} ${flow(value.value)}`;
  if (value instanceof Flow) return flow(value.value);
  if (value instanceof Styled) return value.style === 'plain' ? value.text : JSON.stringify(value.text);
  return value instanceof Raw ? value.text : JSON.stringify(value);
}

function styled({ text, style }: Styled, pad: string): string {
  const lines = text.split('\n');
  switch (style) {
    case 'plain':
      return text.replaceAll('\n', `\n${pad}  `);
    case 'single':
      return `'${text.replaceAll("'", "''").replaceAll('\n', `\n\n${pad}  `)}'`;
    case 'lines':
      return JSON.stringify(text).replaceAll(' ', `\n${pad}  `);
    case 'literal':
    case 'folded': {
      const chomping = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-';
      return `${style === 'literal' ? '|' : '>'}${chomping}\n${lines.map((line) => (line === '' ? '' : `${pad}  ${line}`)).join('\n')}`;
    }
  }
}
