// A random application: Compose files that extend, include and override one another, files of variables, flags and an environment.

import { decorate, type Decoration } from './decorate.ts';
import type { Dice } from './dice.ts';
import { makeResource, makeService, serviceKeys, type Manner, type Section } from './elements.ts';
import { variableLines } from './grammars.ts';
import { odd } from './odd.ts';
import { otherwiseWritten } from './text.ts';
import { isFields, type Content, type Fields, type Files, type Value } from './values.ts';
import { textOf } from './write-yaml.ts';

export type Application = {
  /** By path relative to the folder that both programs run in. */
  readonly files: Files;
  /** Flags before `config`, and its own with its arguments. */
  readonly globals: readonly string[];
  readonly own: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
};

export function makeApplication(dice: Dice): Application {
  const manner: Manner = {
    oddity: dice.pick([0, 0, 0, 0.005, 0.03]),
    keys: 1 + dice.below(6),
    favourites: dice.some(serviceKeys(), 3).concat(dice.pick(serviceKeys())),
  };
  const decoration = makeDecoration(dice);
  const files: { -readonly [path in keyof Files]: Files[path] } = {};
  const write = (path: string, ...documents: Fields[]): void => {
    files[path] = { documents: documents.map((document) => decorate(document, decoration, dice)) };
  };
  const main = makeFile(
    dice,
    manner,
    ['web', 'db', ...(dice.chance(0.4) ? ['cache'] : []), ...(dice.chance(0.2) ? ['a.b'] : [])],
    true,
  );
  addExtends(main, dice, 0.12);
  const includes = dice.chance(0.15) ? addIncludes(main, write, dice, manner) : [];
  write('compose.yaml', main, ...(dice.chance(0.05) ? [makeOverride(dice, manner)] : []));
  const over = dice.chance(0.4);
  if (over) write('override.yaml', addExtends(makeOverride(dice, manner), dice, 0.08));
  if (over) write('third.yaml', makeOverride(dice, manner));
  write('base.yaml', addExtends(makeFile(dice, manner, ['base', 'other'], dice.chance(0.5)), dice, 0.2));
  write('sub/deep.yaml', addExtends(makeFile(dice, manner, ['base', 'other'], dice.chance(0.5)), dice, 0.1));
  for (const path of Object.keys(files))
    if (dice.chance(0.06)) files[path] = { lines: otherwiseWritten(textOf(files[path] as Content), dice).split('\n') };
  const plain = dice.chance(0.6);
  for (const path of ['e.env', 'f.env', 'l.env', 'sub/e.env', '../e.env'])
    files[path] = { lines: plain ? ['A=1', 'B="x $N"', "C='q'", `P=${path}`] : variableLines(dice) };
  files['sub/.env'] = { lines: ['D=sub', 'S=1', 'N=8'] };
  if (dice.chance(0.5))
    files['.env'] = { lines: [...(dice.chance(0.5) ? variableLines(dice) : ['D=dot', "Q='it is'"]), ...projectVariables(dice)] };
  return {
    files,
    ...makeFlags(dice, over, includes),
    environment: {
      N: '7',
      E: '',
      TRUE: 'true',
      ...(dice.chance(0.1) ? Object.fromEntries(projectVariables(dice).map((line) => line.split('=') as [string, string])) : {}),
    },
  };
}

function makeDecoration(dice: Dice): Decoration {
  const sometimes = (odds: number, strength: number): number => (dice.chance(odds) ? strength : 0);
  return {
    substitutions: sometimes(0.3, 0.08),
    styles: sometimes(0.3, 0.15),
    anchors: sometimes(0.2, 0.06),
    resets: sometimes(0.15, 0.03),
    overrides: sometimes(0.15, 0.04),
  };
}

const resourceNames: Readonly<Record<Section, readonly string[]>> = {
  networks: ['net', 'net2', 'default'],
  volumes: ['vol'],
  secrets: ['sec', 'sec2'],
  configs: ['con', 'con2'],
  models: ['mod'],
};
const sections = Object.keys(resourceNames) as readonly Section[];

function makeFile(dice: Dice, manner: Manner, names: readonly string[], hasImages: boolean): Fields {
  const file: Fields = {};
  const services: Fields = {};
  for (const name of names) services[name] = { ...(hasImages ? { image: 'x' } : {}), ...makeService(dice, manner) };
  if (dice.chance(0.05)) file['name'] = dice.pick(['my-app', 'My App', '${N}', '', '_x', '${UNSET:-d}', 'a.b', 7, null]);
  if (dice.chance(0.03)) file['version'] = dice.pick<Value>(['3.8', '', 3.8, null]);
  if (dice.chance(0.1)) file['x-top'] = dice.chance(0.5) ? dice.pick(odd) : makeService(dice, manner);
  file['services'] = services;
  for (const section of sections) file[section] = resources(section, dice, manner, 1);
  return file;
}

function resources(section: Section, dice: Dice, manner: Manner, odds: number): Fields {
  const names = resourceNames[section].filter(() => dice.chance(odds));
  return Object.fromEntries(
    names.map((name) => [name, dice.chance(0.75) ? plainResource(section, name) : makeResource(section, dice, manner)]),
  );
}

function plainResource(section: Section, name: string): Value {
  if (section === 'models') return { model: 'm' };
  return section === 'secrets' || section === 'configs' ? { file: `./${name}` } : null;
}

function makeOverride(dice: Dice, manner: Manner): Fields {
  const file: Fields = {};
  const services: Fields = {};
  for (const name of dice.some(['web', 'db', 'cache'], 3))
    services[name] = name === 'cache' ? { image: 'y', ...makeService(dice, manner) } : makeService(dice, manner);
  file['services'] = services;
  for (const section of sections) if (dice.chance(0.2)) file[section] = resources(section, dice, manner, 0.6);
  if (dice.chance(0.04)) file['name'] = 'other';
  return dice.chance(0.02) ? {} : file;
}

function addExtends(file: Fields, dice: Dice, odds: number): Fields {
  const services = file['services'];
  if (!isFields(services)) return file;
  for (const service of Object.values(services)) {
    if (!isFields(service) || !dice.chance(odds)) continue;
    const name = dice.pick(['base', 'other']);
    service['extends'] = dice.pick<Value>([
      dice.pick(['db', 'other']),
      { service: dice.pick(['db', 'other', 'web']) },
      { file: 'base.yaml', service: name },
      { file: './sub/deep.yaml', service: name },
      {
        file: dice.pick(['${UNSET:-base.yaml}', './sub/../base.yaml', 'deep.yaml', '../base.yaml', 'compose.yaml']),
        service: name,
      },
    ]);
  }
  return file;
}

/** Returns what `--env-file` and others may name. */
function addIncludes(main: Fields, write: (path: string, file: Fields) => void, dice: Dice, manner: Manner): readonly string[] {
  const entries = ['inc.yaml', 'sub/inc.yaml', 'sub/more.yaml'].filter(() => dice.chance(0.5));
  for (const path of entries) {
    const name = path.replaceAll(/\W/g, '-');
    write(path, addExtends(includedFile(name, dice, manner), dice, 0.15));
    if (dice.chance(0.3)) write(path.replace('.yaml', '.over.yaml'), { services: { [name]: makeService(dice, manner) } });
    else write(path.replace('.yaml', '.over.yaml'), {});
  }
  main['include'] = entries.map((path): Value =>
    dice.pick<Value>([
      path,
      path,
      {
        path,
        ...(dice.chance(0.4) ? { project_directory: dice.pick(['.', 'sub', './missing', '..', '/abs', 'sub/..']) } : {}),
        ...(dice.chance(0.4)
          ? { env_file: dice.pick<Value>(['e.env', ['e.env', 'sub/.env'], 'sub/e.env', '/dev/null', []]) }
          : {}),
      },
      { path: [path, path.replace('.yaml', '.over.yaml')] },
    ]),
  );
  return entries;
}

function includedFile(name: string, dice: Dice, manner: Manner): Fields {
  const file: Fields = { services: { [name]: { image: 'i-${D:-none}', ...makeService(dice, manner) } } };
  for (const section of sections) if (dice.chance(0.5)) file[section] = resources(section, dice, manner, 0.7);
  if (dice.chance(0.1)) file['services'] = { ...(file['services'] as Fields), web: { image: 'x' } };
  if (dice.chance(0.1)) file['include'] = [dice.pick(['more.yaml', '../inc.yaml', '../compose.yaml', 'inc.yaml'])];
  return file;
}

function projectVariables(dice: Dice): string[] {
  return dice.some(
    [
      'COMPOSE_PROJECT_NAME=envname',
      'COMPOSE_PROFILES=p',
      'COMPOSE_PROFILES=p, q',
      'COMPOSE_FILE=compose.yaml:override.yaml',
      'COMPOSE_ENV_FILES=e.env,f.env',
      'COMPOSE_DISABLE_ENV_FILE=1',
      'COMPOSE_PATH_SEPARATOR=;',
    ],
    1,
  );
}

/** The common ones more often. */
const modes = [
  '--format yaml|--format yaml|--format yaml|--format json|--format json|--format json|--hash *|--hash *|web|db|cache',
  '--no-interpolate --format json|--no-interpolate|--no-interpolate --no-normalize --no-path-resolution',
  '--no-normalize --format yaml|--no-normalize --format json|--no-path-resolution|--no-path-resolution --hash *',
  '--no-env-resolution|--no-env-resolution web|--no-consistency|--format json web db|--hash web|-q',
  '--no-interpolate --services|--no-interpolate --images|--no-interpolate --profiles|--no-interpolate web|--no-normalize --hash *',
  '--no-normalize --images|--no-path-resolution --format json|--no-env-resolution --format json|--no-env-resolution --hash *|--no-consistency --services',
  '--images --format json|--profiles --format json|--environment --no-interpolate|--no-interpolate --variables|--no-interpolate --hash *|nothing',
  '--services|--volumes|--networks|--images|--images web|--profiles|--models|--environment|--variables|--variables --format json',
].flatMap((line) => line.split('|').map((words) => words.split(' ')));

function makeFlags(dice: Dice, over: boolean, included: readonly string[]): Pick<Application, 'globals' | 'own'> {
  const globals: string[] = [];
  if (over) globals.push('-f', 'compose.yaml', '-f', 'override.yaml');
  if (over && dice.chance(0.15))
    globals.push('-f', dice.pick(['third.yaml', 'third.yaml', 'sub/deep.yaml', 'compose.yaml', 'base.yaml']));
  else if (dice.chance(0.3)) globals.push('-f', 'compose.yaml');
  if (dice.chance(0.15)) globals.push('--profile', dice.pick(['p', 'q', '*']));
  if (dice.chance(0.1)) globals.push('--all-resources');
  if (dice.chance(0.05)) globals.push('-p', dice.pick(['proj', 'Proj', '_p', 'a-b_c', '9', 'é', '']));
  if (dice.chance(0.06)) globals.push('--project-directory', dice.pick(['sub', '..', '/abs', '.', 'missing']));
  if (dice.chance(0.06)) globals.push('--env-file', dice.pick(['e.env', 'sub/.env', 'missing.env', 'f.env']));
  if (dice.chance(0.02)) globals.push('--compatibility');
  if (dice.chance(0.02) && included[0] !== undefined && !over) globals.push('-f', included[0]);
  return { globals, own: dice.pick(modes) };
}
