// Loads what it is sent and says how that went. A process of its own, so that a hang or an exhausted memory ends nothing else.

import { configText } from '#compose/config-output.ts';
import { loadProject } from '#compose/load.ts';
import { MusterError } from '#lib/errors.ts';

export type Outcome =
  | { readonly kind: 'loaded' | 'refused'; readonly megabytes: number }
  | { readonly kind: 'crashed'; readonly stack: string };

process.on('message', (files: Readonly<Record<string, string>>) => {
  void outcomeOf(files).then((outcome) => process.send?.(outcome));
});

async function outcomeOf(files: Readonly<Record<string, string>>): Promise<Outcome> {
  try {
    const project = await loadProject(
      { files: [], profiles: ['*'], envFiles: [], environment: { HOME: '/home/me' }, cwd: '/app' },
      {
        read(path) {
          const text = files[path.replace('/app/', '')];
          if (text === undefined) throw new MusterError('FILE_NOT_FOUND', `${path}: no such file`);
          return text;
        },
        kind: (path) => (Object.hasOwn(files, path.replace('/app/', '')) ? 'file' : 'missing'),
        realPath: (path) => path,
      },
    );
    const size = Object.values(files).reduce((sum, text) => sum + text.length, 0);
    // Printing is for what a person reads.
    if (size < 1_000_000) for (const format of ['yaml', 'json', 'toml'] as const) configText(project, format);
    return { kind: 'loaded', megabytes: peak() };
  } catch (error) {
    if (error instanceof MusterError) return { kind: 'refused', megabytes: peak() };
    return { kind: 'crashed', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** The most memory that this process ever had. */
function peak(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
