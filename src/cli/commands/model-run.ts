import { observeAll } from '#apply/observe-all.ts';
import { traitsOf } from '#apply/traits-of.ts';
import { type Reference, referencesIn } from '#model/reference.ts';
import { addressOf, type World } from '#plan/addresses.ts';
import { namedServices, serviceOf } from '#plan/select.ts';
import { loadApplication } from '../application.ts';
import type { Invocation } from '../command.ts';
import { withRuntimes } from '../connect.ts';
import { renderTable } from '../render/table.ts';
import type { modelFlags } from './model.ts';

/** Null has no value now; `why` says for what reason. */
type Meaning = { readonly service: string; readonly reference: string; readonly value: string | null; readonly why: string };

const schemaVersion = 1;

export async function resolve({ app, flags, args }: Invocation<typeof modelFlags>): Promise<number> {
  const project = await loadApplication(app);
  const services = namedServices(project, args);
  const meanings = await withRuntimes(
    app,
    { project: project.name, file: project },
    async ({ runtimes, placement, onLost }): Promise<Meaning[]> => {
      const observed = await observeAll(runtimes.values(), { project: project.name, signal: app.interrupts.signal, onLost });
      const world = { project, observed, placement, runtimes: traitsOf(runtimes) };
      return services.flatMap((name) => meaningsOf(name, world));
    },
  );
  const { stdout } = app.terminal;
  if (flags.format === 'json')
    stdout.write(`${JSON.stringify({ schemaVersion, project: project.name, references: meanings })}\n`);
  else stdout.write(renderTable(['SERVICE', 'REFERENCE', 'VALUE'], meanings.map(row)));
  return meanings.some(({ value }) => value === null) ? 1 : 0;
}

/** Each reference once, in the order of the file. */
function meaningsOf(service: string, world: World): Meaning[] {
  const references = new Map(
    referencesIn(serviceOf(world.project, service)).map((each): [string, Reference] => [each.text, each]),
  );
  return [...references.values()].map((reference) => {
    const found = addressOf(reference, service, world);
    const known = 'value' in found ? { value: found.value, why: '' } : { value: null, why: found.why };
    return { service, reference: reference.text, ...known };
  });
}

function row({ service, reference, value, why }: Meaning): string[] {
  return [service, reference, value ?? `? (${why})`];
}
