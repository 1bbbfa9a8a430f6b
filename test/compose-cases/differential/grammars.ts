// Random texts of the small languages inside a Compose file: ports, mounts, durations, sizes, variables, files of variables.

import type { Dice } from './dice.ts';

const letters = ['a', 'b', 'x', 'N', 'E', 'U'] as const;
/** Set, empty, unset, set by .env, numbers. */
export const variables = ['N', 'E', 'UNSET', 'D', 'IMG', 'TRUE', 'HOME', 'Q', '_x9', 'COMPOSE_PROJECT_NAME'] as const;

export function port(dice: Dice): string {
  const host = dice.pick([
    '',
    '',
    '',
    '127.0.0.1:',
    '[::1]:',
    '::1:',
    '0.0.0.0:',
    ':',
    'localhost:',
    '[fe80::1%eth0]:',
    '1.2.3:',
  ]);
  const published = dice.pick(['', `${range(dice)}:`, `${range(dice)}:`, '0:', ':', '${N}:', '80-:', '-80:']);
  const container = dice.chance(0.95) ? range(dice) : dice.pick(['0', '65536', '', 'http', '080', ' 80', '80 ', '1-', '9-8']);
  return `${host}${published}${container}${dice.pick(['', '', '', '/tcp', '/udp', '/sctp', '/TCP', '/x', '/', '/tcp/udp'])}`;
}

function range(dice: Dice): string {
  const start = dice.pick([80, 81, 443, 8000, 8080, 65533]);
  return dice.chance(0.7) ? `${start}` : `${start}-${start + dice.below(4) - (dice.chance(0.05) ? 2 : 0)}`;
}

export function mount(dice: Dice): string {
  const source = dice.pick([
    'vol',
    './b',
    '/d',
    '~/h',
    '~',
    '.',
    '..',
    '../x/../y',
    'C:\\m',
    'c:/m',
    '\\\\host\\share',
    '${N}',
    './a b',
    'und',
    '~user/x',
    '',
    'v.o-l_1',
    '/',
    './',
    'D:',
    '$$x',
    '//a//b',
    './é',
    '1',
    'a/b',
    '.hidden',
    'vol/',
    'file://x',
  ]);
  const target = dice.pick([
    '/a',
    '/a/b',
    '/a/',
    '/a/../b',
    'rel',
    'C:\\t',
    '/',
    '',
    '${N}',
    '/x y',
    './t',
    '~/t',
    '/a//b',
    'c:/t',
  ]);
  const options = [
    'ro',
    'rw',
    'z',
    'Z',
    'nocopy',
    'cached',
    'delegated',
    'consistent',
    'rprivate',
    'shared',
    'rslave',
    'xyz',
    '',
    'RO',
  ];
  const written = dice.some([...options, 'volume-nocopy', 'volume-subpath=s', 'ro '], 3).join(',');
  return dice.pick([
    source,
    target,
    `${source}:${target}`,
    `${source}:${target}`,
    `${source}:${target}:${written}`,
    `${source}:${target}:${written}:x`,
  ]);
}

export function duration(dice: Dice): string {
  const unit = (): string => dice.pick(['s', 's', 'm', 'h', 'ms', 'us', 'µs', 'ns', 'd', 'w', 'y', '', 'S', ' s']);
  const amount = (): string =>
    dice.pick(['1', '0', '90', '1.5', '.5', '1.', '-1', '+2', '1e3', '100000', '0.0001', '86400', '00', '1_0']);
  return `${amount()}${unit()}${dice.chance(0.3) ? `${amount()}${unit()}` : ''}`;
}

export function size(dice: Dice): string {
  const amount = dice.pick([
    '1',
    '64',
    '0',
    '1.5',
    '.5',
    '100',
    '-1',
    '1e3',
    '1024',
    '0.1',
    '9999999999',
    '1,5',
    ' 1',
    '08',
    '0x10',
    '',
  ]);
  return `${amount}${dice.pick(['', '', 'b', 'k', 'kb', 'K', 'KB', 'KiB', 'm', 'MB', 'mi', 'g', 'gib', 'Gi', 't', 'p', 'x', ' m', 'bytes', 'kbb'])}`;
}

/** `${…}` of every form; `inner` is what a default is made of. */
export function substitution(dice: Dice, inner: string, depth = 0): string {
  const name = dice.pick(variables);
  const text = depth < 3 && dice.chance(0.25) ? substitution(dice, inner, depth + 1) : inner;
  return dice.pick([
    `$${name}`,
    `\${${name}}`,
    `\${${name}-${text}}`,
    `\${${name}:-${text}}`,
    `\${${name}:-${text}}`,
    `\${UNSET-${text}}`,
    `\${E:-${text}}`,
    `\${${name}+${text}}`,
    `\${${name}:+${text}}`,
    ...(dice.chance(0.1) ? [`\${N?${text}}`, `\${N:?${text}}`, `\${${name}:?${text}}`, `\${${name}?}`] : []),
    ...(dice.chance(0.05) ? oddSubstitutions : []),
  ]);
}

const oddSubstitutions = [
  '$',
  '$$',
  '$$$',
  '$$$N',
  '$$${N}',
  '$5',
  '$ x',
  '${',
  '${}',
  '${ N}',
  '${N }',
  '${N!}',
  '${1}',
  '${N',
  '$}',
  '$(N)',
  '${N:}',
  '$-',
  '${-x}',
  '${N:-$$x}',
  '${UNSET:-$}',
  '${UNSET:-}}',
  '${UNSET:-{}}',
  '${UNSET:-${E}}',
  '${UNSET:-a${E:-b}c${N}d}',
  '${UNSET:-a:-b}',
  '${UNSET-a?b}',
  '${UNSET:-"q"}',
  "${UNSET:-'q'}",
  '${UNSET:-a\nb}',
  '${UNSET:- a }',
  '${N:+}',
  '${N+$N}',
  '${UNSET:-$N$N}',
  '${UNSET:-\\}}',
  '$é',
  '${é}',
  '${N.x}',
  '${N-}',
  '$N$N',
  '$N_',
  '${N}_${N}',
  '$_',
  '${n}',
  '${UNSET:-${UNSET:-${UNSET:-deep}}}',
  '${N:+a:+b}',
  '${N::-x}',
  '${N/x/y}',
  '${#N}',
];

/** The lines of a file of variables. */
export function variableLines(dice: Dice): string[] {
  return Array.from({ length: 1 + dice.below(5) }, () => variableLine(dice));
}

function variableLine(dice: Dice): string {
  if (dice.chance(0.1))
    return dice.pick(['', '# comment', '  # x', 'export', 'export A', 'A', ' B ', '=x', '\t', 'export =', 'UNSET', '#', '\r']);
  const name = dice.chance(0.9)
    ? dice.pick([...letters, 'D', 'Q', 'A_B'])
    : dice.pick(['a.b', 'a-b', '1A', 'A B', 'é', 'a[0]', '', 'A$', '"A"', "'A'", 'a/b']);
  const separator = dice.chance(0.85) ? '=' : dice.pick([' = ', ': ', ':', '= ', ' =', ' ', '==', '=\t', ' : ']);
  return `${dice.chance(0.1) ? dice.pick(['export ', '  ', 'export\t', 'export  ']) : ''}${name}${separator}${variableValue(dice)}`;
}

function variableValue(dice: Dice): string {
  const text = Array.from({ length: 1 + dice.below(3) }, () => piece(dice)).join('');
  const after = dice.chance(0.15) ? dice.pick([' # c', '#c', ' x', '  ', ' "', '\r', '\t#c']) : '';
  return (
    dice.pick(
      [
        text,
        text,
        `"${text}"`,
        `'${text}'`,
        `"${text}`,
        `"a${dice.pick(['\n', '\r\n', '\\\n'])}${text}"`,
        `'a\n${text}'`,
        `${text}"x"`,
      ].slice(0, dice.chance(0.15) ? 8 : 4),
    ) + after
  );
}

function piece(dice: Dice): string {
  if (dice.chance(0.25)) return substitution(dice, dice.pick(['d', 'd e', '"', '1']));
  return dice.pick([
    'x',
    'a b',
    '1',
    'é',
    '\\n',
    '\\t',
    '\\$',
    '\\\\',
    '\\"',
    "\\'",
    '#',
    ' #',
    '=',
    ':',
    '$',
    '$$',
    '`',
    '\\x',
    '\\u00e9',
    '\\101',
    '!',
    '{',
    '}',
    ',',
    '😀',
    '\\a',
    '%',
    '\\$N',
    '\t',
    '[]',
  ]);
}

const damages = [...`:/.-=$ 019a,@[]{}"'#*&!|>%~\\_+`.split(''), ''];

/** A character more, less or changed. */
export function damaged(text: string, dice: Dice): string {
  const at = dice.below(text.length + 1);
  const letter = dice.pick(damages);
  return text.slice(0, at) + letter + text.slice(at + dice.below(2));
}
