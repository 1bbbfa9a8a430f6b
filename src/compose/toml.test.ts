import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MusterError } from '#lib/errors.ts';
import { layoutAny } from './layout.ts';
import { placeOf } from './places.ts';
import { indentedJson } from './print-json.ts';
import { toToml } from './print-toml.ts';
import { toYaml } from './print-yaml.ts';
import { parseToml } from './toml.ts';
import { GoFloat, sameTree, type Tree } from './tree.ts';
import { parseYaml } from './yaml.ts';

const parse = (text: string): Tree => parseToml({ name: 'compose.toml', text })[0]?.value ?? null;

test('every kind of value has the meaning that it has in YAML', () => {
  const toml = parse(`
    text = "a\\tb"
    literal = 'C:\\dir'
    whole = 8080
    octal = 0o440
    float = 1.0
    big = 9007199254740993
    yes = true
    list = [1, "two", [3]]
    when = 2001-12-14T00:00:00Z
    nothing = { x-null = true }
    [table.inner]
    a = 1
  `);
  const yaml = `
text: "a\\tb"
literal: 'C:\\dir'
whole: 8080
octal: 0o440
float: 1.0
big: 9007199254740993
yes: true
list: [1, two, [3]]
when: 2001-12-14T00:00:00Z
nothing: null
table: { inner: { a: 1 } }
`;
  expect(sameTree(toml, parseYaml({ name: 'c.yaml', text: yaml })[0]?.value)).toBe(true);
  expect((toml as Record<string, Tree>)['float']).toBeInstanceOf(GoFloat);
});

test('keys and values have places: in headers, lists of tables, dotted keys, inline tables, long strings and comments', () => {
  const text = [
    'name = "demo" # services.web = 1', // 1
    '[services.web] # ]', // 2
    'image = """', // 3
    '[not.a.header]"""', // 4
    'build.context = "."', // 5
    'ports = [ # "x"', // 6
    '  { target = 80, "published" = \'8080\' },', // 7
    ']', // 8
    '[[services.web.volumes]]', // 9
    'type = "bind"', // 10
    '[[services.web.volumes]]', // 11
    'type = "volume"', // 12
    '  [services.web.volumes.bind]', // 13
    '  propagation = "shared"', // 14
    '["services".db]', // 15
    'image = "redis"', // 16
  ].join('\r\n');
  const root = parse(text);
  const at = (...path: (string | number)[]): string => {
    const [key, value] = [placeOf(root, path), placeOf(root, path, 'value')];
    return `${key?.line}:${key?.column} ${value?.line}:${value?.column}`;
  };
  expect(at('name')).toBe('1:1 1:8');
  expect(at('services', 'web', 'image')).toBe('3:1 3:9');
  expect(at('services', 'web', 'build', 'context')).toBe('5:7 5:17');
  expect(at('services', 'web', 'ports')).toBe('6:1 6:9');
  expect(at('services', 'web', 'ports', 0)).toBe('7:3 7:3');
  expect(at('services', 'web', 'ports', 0, 'published')).toBe('7:18 7:32');
  expect(at('services', 'web', 'volumes', 0, 'type')).toBe('10:1 10:8');
  expect(at('services', 'web', 'volumes', 1, 'type')).toBe('12:1 12:8');
  expect(at('services', 'web', 'volumes', 1, 'bind', 'propagation')).toBe('14:3 14:17');
  expect(at('services', 'db', 'image')).toBe('16:1 16:9');
});

test('x-reset and x-override say what the tags say in YAML', () => {
  const text = '[services.web]\nports = { x-reset = true }\ncommand = { x-override = ["a"] }\n';
  const [document] = parseToml({ name: 'compose.toml', text });
  expect(document?.resets).toEqual([
    ['services', 'web', 'ports'],
    ['services', 'web', 'command'],
  ]);
  expect(JSON.stringify(document?.value)).toBe('{"services":{"web":{"command":["a"]}}}');
});

test('what is not TOML is refused with its place and what to write instead', () => {
  expect(errorOf('[services.web]\nimage: nginx\n')).toMatchObject({
    code: 'TOML_SYNTAX',
    place: { file: 'compose.toml', line: 2, source: 'image: nginx' },
    hint: 'TOML writes key = "value", and [services.web] above the keys of a service',
  });
  expect(errorOf('[services.web]\nimage = nginx\n')).toMatchObject({
    place: { line: 2 },
    hint: 'put text in quotes: key = "value"',
  });
  expect(errorOf('a = 1\na = 2\n')).toMatchObject({ code: 'TOML_SYNTAX', place: { line: 2 } });
});

test('nesting without end is refused, in values and in headers', () => {
  expect(errorOf(`a = ${'['.repeat(100_000)}`).code).toMatch(/TOML_SYNTAX|COMPOSE_TOO_LARGE/);
  expect(errorOf(`[${Array.from({ length: 5000 }, () => 'a').join('.')}]`).code).toBe('COMPOSE_TOO_LARGE');
});

const trees = fc.letrec<{ tree: Tree; table: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc
      .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value)),
    // A float that is whole loses its point in go-yaml's output.
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value)),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      '8080:80',
      'yes',
      '0440',
      '1e3',
      'null',
      '~',
      '',
      ' a',
      'a\nb',
      'a\n\n',
      '"',
      "'",
      '\\',
      '#',
      '2001-12-14',
      '\u007F',
      '"""',
    ),
    fc.array(tie('tree'), { maxLength: 4 }),
    tie('table'),
  ),
  table: fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('a', 'services', 'x-null', 'b.c', '')), tie('tree'), {
    maxKeys: 5,
    noNullPrototype: false,
  }),
}));

test('YAML, JSON and TOML say the same: each reads back as what was written', () => {
  fc.assert(
    fc.property(
      trees.table.filter((tree) => !hasMark(tree) && !hasKey(tree, '<<')),
      (tree) => {
        const node = layoutAny(tree);
        const toml = parseToml({ name: 'c.toml', text: toToml(node) })[0]?.value ?? null;
        const yaml = parseYaml({ name: 'c.yaml', text: toYaml(node) })[0]?.value ?? null;
        expect(sameTree(toml, yaml), `${toToml(node)}\n---\n${toYaml(node)}`).toBe(true);
        if (hasFloat(tree)) return; // JSON has no floats that are whole.
        // JSON may have characters as they are that YAML must escape.
        const text = indentedJson(node).replaceAll('\x7F', '\\u007F');
        const json = parseYaml({ name: 'c.json', text })[0]?.value ?? null;
        expect(sameTree(toml, json), indentedJson(node)).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

/** A table that TOML would read as a mark. */
function hasMark(tree: Tree): boolean {
  return some(tree, (node) => 'x-null' in node && Object.keys(node).length === 1);
}

function hasKey(tree: Tree, key: string): boolean {
  return some(tree, (node) => Object.hasOwn(node, key));
}

function some(tree: Tree, fits: (node: object) => boolean): boolean {
  if (typeof tree !== 'object' || tree === null || tree instanceof GoFloat) return false;
  return fits(tree) || Object.values(tree).some((own) => some(own as Tree, fits));
}

function hasFloat(tree: Tree): boolean {
  if (tree instanceof GoFloat || (typeof tree === 'number' && !Number.isInteger(tree))) return true;
  return typeof tree === 'object' && tree !== null && Object.values(tree).some((own) => hasFloat(own as Tree));
}

function errorOf(text: string): MusterError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof MusterError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
