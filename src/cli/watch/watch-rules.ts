// What a project's develop sections ask for, with what .dockerignore says of the same files.

import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { isRemoteContext } from '#image/build-input.ts';
import { readIgnoreRules } from '#image/ignore-rules.ts';
import { MusterError } from '#lib/errors.ts';
import type { Build, Project, Service, WatchTrigger } from '#model/project.ts';
import { selectServices } from '#plan/select.ts';
import { type RootedRules, type WatchRule, watchRule } from '#watch/rule.ts';

/** Of the named services and what they depend on. Rejects with NOTHING_TO_WATCH when there is none. */
export async function watchRules(project: Project, names: readonly string[]): Promise<readonly WatchRule[]> {
  const services = Object.entries(selectServices(project, names));
  const rules = (await Promise.all(services.map(([name, service]) => rulesOf(name, service)))).flat();
  if (rules.length > 0) return rules;
  throw new MusterError('NOTHING_TO_WATCH', 'none of the services says what to watch', {
    hint: 'add develop: { watch: [{ action: sync, path: ./src, target: /app/src }] } to one of them',
  });
}

async function rulesOf(service: string, { develop, build }: Service): Promise<WatchRule[]> {
  const triggers = develop?.watch ?? [];
  triggers.forEach((trigger, index) => check(service, index, trigger, build));
  const context = triggers.length === 0 ? null : await contextRules(build);
  return triggers.map((trigger) => watchRule({ service, trigger, context }));
}

function check(service: string, index: number, { action, exec }: WatchTrigger, build: Build | undefined): void {
  const problem = (message: string, hint: string): MusterError =>
    new MusterError('COMPOSE_INVALID', `service ${service}: develop.watch[${index}]: ${message}`, { hint });
  if (action === 'rebuild' && build === undefined)
    throw problem('rebuild needs something to build', 'give the service a build section, or use sync or restart');
  if (action === 'sync+exec' && (exec?.command ?? []).length === 0)
    throw problem('sync+exec needs a command', 'add exec: { command: … }');
}

async function contextRules(build: Build | undefined): Promise<RootedRules | null> {
  const context = build?.context;
  if (build === undefined || context === undefined || isRemoteContext(context)) return null;
  // Watched paths have no links in them.
  const root = await realpath(context).catch(() => context);
  const { dockerfile = 'Dockerfile' } = build;
  const file = isAbsolute(dockerfile) ? dockerfile : join(root, dockerfile);
  return { root, rules: await readIgnoreRules(root, build.dockerfile_inline === undefined ? file : null) };
}

/** Files that tell how the service is made, and are no part of it: left out when everything is synced at the beginning. */
export function isRecipe(path: string, build: Build | undefined): boolean {
  const name = path.slice(dirname(path).length).replace(/^\//, '');
  return recipes.has(name) || (build?.dockerfile !== undefined && build.dockerfile.split('/').at(-1) === name);
}

const recipes = new Set([
  'Dockerfile',
  ...['compose', 'docker-compose'].flatMap((base) =>
    ['', '.override'].flatMap((part) => ['yaml', 'yml', 'toml'].map((ending) => `${base}${part}.${ending}`)),
  ),
]);
