// Files that are made to exhaust a reader: nested, repeated, cyclic, long.

export type Monster = { readonly name: string; readonly files: Readonly<Record<string, string>> };

const many = 100_000;
const tenMegabytes = 10 * 1024 * 1024;
/** Just under what is refused for its size alone. */
const fourMegabytes = 4 * 1024 * 1024 - 4096;

const yaml = (name: string, text: string, others: Readonly<Record<string, string>> = {}): Monster => ({
  name,
  files: { 'compose.yaml': text, ...others },
});
const service = (line: string): string => `services:\n  a:\n    image: b\n    ${line}\n`;
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');
/** Fills ten megabytes with a line. */
const filled = (head: string, line: (index: number) => string, size = tenMegabytes): string =>
  `${head}${lines(Math.floor(size / (line(100_000).length + 1)), line)}\n`;

function aliasBomb(levels: number, width: number): string {
  const level = (index: number): string =>
    `a${index}: &a${index} [${Array.from({ length: width }, () => `*a${index - 1}`).join(', ')}]`;
  return `x:\n  a0: &a0 [x]\n  ${Array.from({ length: levels }, (_, index) => level(index + 1)).join('\n  ')}\n${service('tty: true')}`;
}

export const monsters: readonly Monster[] = [
  yaml('100,000 nested flow lists', `x: ${'['.repeat(many)}${']'.repeat(many)}\n`),
  yaml('100,000 nested flow lists that are not closed', `x: ${'['.repeat(many)}`),
  yaml('100,000 nested mappings', `x: ${'{a: '.repeat(many)}`),
  yaml('100,000 nested block lists', `x:\n ${'- '.repeat(many)}a\n`),
  yaml('100,000 question marks', '? '.repeat(many)),
  yaml(
    'a staircase of mappings',
    lines(2000, (index) => `${' '.repeat(index)}a:`),
  ),
  yaml('an alias bomb', aliasBomb(20, 10)),
  yaml(
    'an alias bomb of mappings',
    `x:\n  a0: &a0 { k: v }\n${lines(30, (index) => `  a${index + 1}: &a${index + 1} { l: *a${index}, r: *a${index} }`)}\n`,
  ),
  yaml(
    'an alias bomb of merge keys',
    `x:\n  a0: &a0 { k: v }\n${lines(30, (index) => `  a${index + 1}: &a${index + 1} { <<: [*a${index}, *a${index}], k${index}: *a${index} }`)}\n`,
  ),
  yaml('an alias of itself', 'x: &a [*a]\nservices: &s { a: *s }\n'),
  yaml('100,000 anchors', `x:\n${lines(many, (index) => `  - &a${index} ${index === 0 ? 'x' : `*a${index - 1}`}`)}\n`),
  yaml('a service that extends itself', service('extends: a')),
  yaml('a ring of 5,000 extends', `services:\n${lines(5000, (index) => `  s${index}: { extends: s${(index + 1) % 5000} }`)}\n`),
  yaml(
    'a chain of 5,000 extends',
    `services:\n${lines(5000, (index) => `  s${index}: ${index === 4999 ? '{ image: x }' : `{ extends: s${index + 1} }`}`)}\n`,
  ),
  yaml('files that extend each other', service('extends: { file: b.yaml, service: a }'), {
    'b.yaml': service('extends: { file: compose.yaml, service: a }'),
  }),
  yaml('a file that includes itself', `include: [compose.yaml]\n${service('tty: true')}`),
  yaml('files that include each other', 'include: [b.yaml]\n', { 'b.yaml': 'include: [compose.yaml]\n' }),
  yaml(
    'a fan of includes',
    'include: [i0.yaml, i0.yaml]\n',
    Object.fromEntries(
      Array.from({ length: 25 }, (_, index) => [
        `i${index}.yaml`,
        index === 24 ? service('tty: true') : `include: [i${index + 1}.yaml, i${index + 1}.yaml]\n`,
      ]),
    ),
  ),
  yaml(
    'a ring of 5,000 dependencies',
    `services:\n${lines(5000, (index) => `  s${index}: { image: x, depends_on: [s${(index + 1) % 5000}] }`)}\n`,
  ),
  yaml(
    'everything depends on everything',
    `services:\n${lines(300, (index) => `  s${index}: { image: x, depends_on: [${Array.from({ length: 300 }, (_, other) => `s${other}`).join(', ')}] }`)}\n`,
  ),
  yaml('100,000 nested variables', service(`command: "${'${A:-'.repeat(many)}${'}'.repeat(many)}"`)),
  yaml('nested variables that are not closed', service(`command: "${'${A:-'.repeat(many)}"`)),
  yaml('300 nested variables', service(`command: "${'${A:-'.repeat(300)}${'}'.repeat(300)}"`)),
  yaml('a megabyte of dollars', service(`command: "${'$'.repeat(1_000_000)}"`)),
  yaml('a megabyte of variables', service(`command: "${'${A}'.repeat(250_000)}"`)),
  yaml('a megabyte of braces', service(`command: "${'${'.repeat(500_000)}"`)),
  yaml('port ranges', service(`ports: [${Array.from({ length: 40 }, () => '"1-65535:1-65535"').join(', ')}]`)),
  yaml('an endless number', service(`mem_limit: ${'9'.repeat(many)}`)),
  yaml('an endless duration', service(`stop_grace_period: ${'1h'.repeat(many)}`)),
  yaml('an endless path', service(`volumes: ["${'../'.repeat(many)}:/x"]`)),
  yaml('endless colons', service(`volumes: ["${'a:'.repeat(many)}"]`)),
  yaml('endless commas in ipam', `networks: { n: { ipam: { config: [${'{},'.repeat(many)}] } } }\n${service('tty: true')}`),
  yaml('200,000 equal items', service(`cap_add: [${'A,'.repeat(200_000)}]`)),
  yaml(
    '20,000 different lists',
    `${service('volumes:')}${lines(20_000, (index) => `      - { type: volume, source: v${index}, target: /v${index} }`)}\n`,
  ),
  yaml('a .env of ten megabytes', service('tty: true'), { '.env': filled('', (index) => `A${index}=\${A${index - 1}}x`) }),
  yaml('a .env whose variables double', service('command: ${A60}'), {
    '.env': `A0=xxxxxxxxxx\n${lines(60, (index) => `A${index + 1}=\${A${index}}\${A${index}}`)}\n`,
  }),
  yaml('a .env that is one quote', service('tty: true'), { '.env': `A="${'x\\'.repeat(1_000_000)}` }),
  yaml('an env_file of ten megabytes', service('env_file: e.env'), { 'e.env': filled('', (index) => `A${index}=x`) }),
  yaml('ten megabytes of one scalar', service(`command: "${'a'.repeat(tenMegabytes)}"`)),
  yaml(
    'ten megabytes of services',
    filled('services:\n', (index) => `  s${index}: { image: x }`),
  ),
  yaml(
    'ten megabytes of wrong services',
    filled('services:\n', (index) => `  s${index}: { imge: 5 }`),
  ),
  yaml(
    'ten megabytes of unknown keys',
    filled('', (index) => `k${index}: x`),
  ),
  yaml(
    'ten megabytes of one key',
    filled('', () => `k: x`),
  ),
  yaml(
    'ten megabytes of variables',
    filled(service('environment:'), (index) => `      A${index}: x`),
  ),
  yaml(
    'ten megabytes of a list',
    filled('x:\n', () => '- a'),
  ),
  yaml(
    'ten megabytes of documents',
    filled('', () => '---'),
  ),
  yaml('ten megabytes of tabs', '\t'.repeat(tenMegabytes)),
  yaml('ten megabytes of spaces', ' '.repeat(tenMegabytes)),
  yaml(
    'ten megabytes of comments',
    filled('', () => '# a comment'),
  ),
  yaml('ten megabytes of quotes', `x: ${'"'.repeat(tenMegabytes)}`),
  yaml('ten megabytes of quotes in a literal', `x: '${"''".repeat(tenMegabytes / 2)}`),
  yaml('ten megabytes of line breaks', `x: "${'\n'.repeat(tenMegabytes)}"`),
  yaml('ten megabytes of null bytes', '\0'.repeat(tenMegabytes)),
  yaml(
    'ten megabytes of noise',
    Array.from({ length: tenMegabytes / 64 }, (_, index) => String.fromCodePoint(33 + ((index * 7919) % 90)).repeat(64)).join(''),
  ),
  { name: 'TOML: 100,000 nested lists', files: { 'compose.toml': `x = ${'['.repeat(many)}` } },
  { name: 'TOML: 100,000 nested headers', files: { 'compose.toml': `[${Array.from({ length: many }, () => 'a').join('.')}]` } },
  {
    name: 'TOML: ten megabytes of services',
    files: { 'compose.toml': filled('', (index) => `[services.s${index}]\nimage = "x"`) },
  },
  { name: 'TOML: ten megabytes of one string', files: { 'compose.toml': `x = "${'a'.repeat(tenMegabytes)}"` } },
  { name: 'TOML: ten megabytes of quotes', files: { 'compose.toml': `x = ${'"'.repeat(tenMegabytes)}` } },
  { name: 'TOML: ten megabytes of a list', files: { 'compose.toml': `x = [${'1,'.repeat(tenMegabytes / 2)}]` } },
  yaml(
    'four megabytes of services',
    filled('services:\n', (index) => `  s${index}: { image: x }`, fourMegabytes),
  ),
  yaml(
    'four megabytes of wrong services',
    filled('services:\n', (index) => `  s${index}: { imge: 5 }`, fourMegabytes),
  ),
  yaml(
    'four megabytes of unknown keys',
    filled('', (index) => `k${index}: x`, fourMegabytes),
  ),
  yaml(
    'four megabytes of one key',
    filled('', () => `k: x`, fourMegabytes),
  ),
  yaml(
    'four megabytes of variables',
    filled(service('environment:'), (index) => `      A${index}: x`, fourMegabytes),
  ),
  yaml(
    'four megabytes of a list',
    filled('x-l:\n', () => '- a', fourMegabytes),
  ),
  yaml('four megabytes of lists', `x-l: [${'[],'.repeat(fourMegabytes / 3 - 10)}]\n`),
  yaml(
    'four megabytes of documents',
    filled('', () => '---', fourMegabytes),
  ),
  yaml('four megabytes of one scalar', service(`command: "${'a'.repeat(fourMegabytes)}"`)),
  yaml('four megabytes of words', service(`command: "${'a '.repeat(fourMegabytes / 2)}"`)),
  yaml('four megabytes of dollars', service(`command: "${'$'.repeat(fourMegabytes)}"`)),
  yaml('four megabytes of open variables', service(`command: "${'${'.repeat(fourMegabytes / 2)}"`)),
  yaml('four megabytes of spaces', ' '.repeat(fourMegabytes)),
  yaml('four megabytes of quotes', `x: '${"''".repeat(fourMegabytes / 2)}`),
  yaml('four megabytes of line breaks', `x: "${'\n'.repeat(fourMegabytes)}"`),
  yaml('four megabytes of ports', service(`ports: [${'"1:1",'.repeat(fourMegabytes / 6 - 10)}]`)),
  yaml('variables that are long', `${service('environment:')}${lines(2000, (index) => `      V${index}: "\${A}"`)}\n`, {
    '.env': `A=${'x'.repeat(1_000_000)}\n`,
  }),
  yaml('a variable that is long, many times', service(`command: "${'${A}'.repeat(10_000)}"`), {
    '.env': `A=${'x'.repeat(1_000_000)}\n`,
  }),
  {
    name: 'TOML: four megabytes of services',
    files: { 'compose.toml': filled('', (index) => `[services.s${index}]\nimage = "x"`, fourMegabytes / 2) },
  },
  { name: 'TOML: four megabytes of a list', files: { 'compose.toml': `x-l = [${'1,'.repeat(fourMegabytes / 2 - 10)}]` } },
];
