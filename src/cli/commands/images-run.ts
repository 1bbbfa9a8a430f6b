import type { ImageSummary } from '#runtime/runtime.ts';
import { findScope } from '../application.ts';
import type { Invocation } from '../command.ts';
import { withRuntime } from '../connect.ts';
import { replicasOf } from '../known-services.ts';
import { humanDuration, humanSize } from '#lib/human.ts';
import { renderTable } from '../render/table.ts';
import type { imagesFlags } from './images.ts';

export async function run({ app, flags, args }: Invocation<typeof imagesFlags>): Promise<void> {
  const scope = await findScope(app);
  const { project } = scope;
  const images = await withRuntime(app, scope, async (runtime) => {
    const observed = await runtime.observe({ project, only: 'replicas', signal: app.interrupts.signal });
    return [...(await runtime.images(await replicasOf(app, observed, args)))];
  });
  images.sort((a, b) => (a.replica < b.replica ? -1 : 1));
  const { stdout } = app.terminal;
  if (flags.quiet) for (const id of new Set(images.map(({ id }) => id.replace(/^sha256:/, '')))) stdout.write(`${id}\n`);
  else if (flags.format === 'json') stdout.write(`${JSON.stringify(images.map(asJson))}\n`);
  else stdout.write(renderTable(header, images.map(asRow), { minWidth: 20 }));
}

const header = ['CONTAINER', 'REPOSITORY', 'TAG', 'PLATFORM', 'IMAGE ID', 'SIZE', 'CREATED'];

function asRow(image: ImageSummary): string[] {
  const id = image.id.replace(/^sha256:/, '').slice(0, 12);
  const seconds = (Date.now() - Date.parse(image.createdAt)) / 1000;
  const created = Number.isNaN(seconds) ? 'N/A' : `${humanDuration(seconds)} ago`;
  const name = [image.repository || '<none>', image.tag || '<none>'];
  return [image.replica, ...name, image.platform, id, humanSize(image.sizeBytes), created];
}

/** The members of `docker compose images --format json`. */
function asJson(image: ImageSummary): Readonly<Record<string, string | number>> {
  return {
    ID: image.id,
    ContainerName: image.replica,
    Repository: image.repository,
    Tag: image.tag,
    Platform: image.platform,
    Size: image.sizeBytes,
    LastTagTime: image.createdAt,
  };
}
