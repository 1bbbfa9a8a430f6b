import type { ProgressLine } from '#engine/api/image.ts';

type Layer = { readonly done: boolean; readonly current: number; readonly total: number };

/** Many lines about many layers, condensed into one: `pulling 3/7 layers, 12.4 of 40.1 MB`. */
export class PullProgress {
  readonly #layers = new Map<string, Layer>();

  /** The line to show, or null when nothing about layers was said. */
  add({ id, status = '', progressDetail = {} }: ProgressLine): string | null {
    if (id === undefined || !isLayerStatus(status)) return null;
    const before = this.#layers.get(id) ?? { done: false, current: 0, total: 0 };
    const downloading = status === 'Downloading' && progressDetail.total !== undefined;
    this.#layers.set(id, {
      done: before.done || status === 'Pull complete' || status === 'Already exists',
      current: downloading ? (progressDetail.current ?? 0) : isDownloaded(status) ? before.total : before.current,
      total: downloading ? (progressDetail.total ?? 0) : before.total,
    });
    return this.#text();
  }

  #text(): string {
    const layers = [...this.#layers.values()];
    const done = layers.filter((layer) => layer.done).length;
    const sum = (pick: (layer: Layer) => number): number => layers.reduce((total, layer) => total + pick(layer), 0);
    const total = sum((layer) => layer.total);
    const bytes = total === 0 ? '' : `, ${megabytes(sum((layer) => layer.current))} of ${megabytes(total)} MB`;
    return `pulling ${done}/${layers.length} layers${bytes}`;
  }
}

const layerStatuses =
  /^(Pulling fs layer|Waiting|Downloading|Verifying Checksum|Download complete|Extracting|Pull complete|Already exists|Retrying)/;
const isLayerStatus = (status: string): boolean => layerStatuses.test(status);
const isDownloaded = (status: string): boolean => /^(Verifying Checksum|Download complete|Extracting|Pull complete)/.test(status);
const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);
