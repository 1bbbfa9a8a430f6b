// docs/reference/compose.md: every key of a Compose file and what is done with it.

import { projectFields } from '../../src/compose/shapes/project.ts';
import { keyRows, type KeyRow } from '../../src/compose/support-table.ts';
import type { Support } from '../../src/compose/support.ts';

const intro = `<!-- made by tools/generate.ts from src/compose; edit there -->
# The Compose file: what is acted on

Every key that a Compose file may have, what it takes, and what the \`docker\` runtime does with it. Keys that start with \`x-\` are kept
and not looked at, but for \`x-muster\`. Errors and \`muster validate\` point at the lines of these tables.

- **acted on**: as Docker Compose does.
- **acted on while loading**: it shapes the model, and nothing of it is left to do afterwards.
- **accepted**: neither Docker Compose nor muster has a use for it on a single engine.
- **accepted with a warning**: it has no effect yet.
- **accepted, nothing does it yet**: the command that acts on it is missing; others leave it alone, as Docker Compose's do.
- **refused**: an error says so before anything changes.

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
  return `## ${name}\n\n| key | takes | docker |\n|---|---|---|\n${rows.join('\n')}\n`;
}

function row({ key, anchor, takes, support, note }: KeyRow): string {
  const done = note === '' ? words[support] : `${words[support]}: ${note}`;
  return `| <a id="${anchor}"></a>\`${key}\` | ${takes} | ${done} |`;
}
