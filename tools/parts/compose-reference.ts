// docs/reference/compose.md: every key of a Compose file and what is done with it.

import { projectFields } from '../../src/compose/shapes/project.ts';
import { keyRows, type KeyRow } from '../../src/compose/support-table.ts';
import type { RuntimeSupport, Support } from '../../src/model/support.ts';
import { processSupport } from '../../src/runtime/process/launch/support.ts';
import { remoteSupport } from '../../src/runtime/remote/support.ts';

const intro = `<!-- made by tools/generate.ts from src/compose; edit there -->
# The Compose file: what is acted on

Every key that a Compose file may have, what it takes, and what is done with it for a service that runs in containers (\`docker\`), [natively](../guide/native.md)
(\`process\`), or that [somebody else runs](../guide/runtimes.md#remote-services) (\`remote\`). Keys that start with \`x-\` are kept and not looked at, but for
\`x-muster\`. Errors and \`muster validate\` point at the lines of these tables.

- **acted on**: as Docker Compose does, where a note does not say how.
- **acted on while loading**: it shapes the model, and nothing of it is left to do afterwards.
- **accepted**: there is nothing to do for it; where it stands below \`docker\`, Docker Compose has no use for it on a single engine either.
- **accepted with a warning**: it has no effect.
- **refused**: an error says so before anything changes. For native services \`x-muster.process.ignore\` takes a key out.

All of it is read from YAML (or JSON) and from [TOML](../guide/toml.md).
`;

const words: Readonly<Record<Support, string>> = {
  'acted on': 'acted on',
  resolved: 'acted on while loading',
  'parsed only': 'accepted',
  'not yet': 'accepted with a warning',
  refused: 'refused',
};

export function composeReference(): string {
  return [intro, ...Object.keys(projectFields).sort().map(section)].join('\n');
}

function section(name: string): string {
  const rows = keyRows(name).map(row);
  return `## ${name}\n\n| key | takes | docker | process | remote |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

function row({ key, anchor, takes, support, note }: KeyRow): string {
  const docker = cell(support, note);
  const others = [processSupport, remoteSupport].map((table) => cellOf(table, key) ?? docker);
  return `| <a id="${anchor}"></a>\`${key}\` | ${takes} | ${[docker, ...others].join(' | ')} |`;
}

/** null: nothing is said of it, nor of a key above. A note is not said again of what is below. */
function cellOf(table: RuntimeSupport, key: string): string | null {
  const own = table[key];
  if (own !== undefined) return typeof own === 'string' ? words[own] : cell(...own);
  const above = aboveOf(table, key);
  return above === undefined ? null : words[typeof above === 'string' ? above : above[0]];
}

function aboveOf(table: RuntimeSupport, key: string): RuntimeSupport[string] | undefined {
  const end = key.lastIndexOf('.');
  if (end === -1) return undefined;
  const parent = key.slice(0, end);
  return table[parent] ?? aboveOf(table, parent);
}

const cell = (support: Support, note: string): string => (note === '' ? words[support] : `${words[support]}: ${note}`);
