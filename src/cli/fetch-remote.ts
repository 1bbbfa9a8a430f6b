import { MusterError } from '#lib/errors.ts';
import { shownReference, type RemoteReference } from '#model/remote-reference.ts';
import type { App } from './app.ts';

/** For files elsewhere. A run that loads twice sees one version of each. */
export function fetchRemote(app: App, reference: RemoteReference): Promise<string> {
  const key = reference.kind === 'git' ? `${reference.url}#${reference.revision}` : reference.name;
  const known = folders.get(key);
  if (known !== undefined) return known.folder;
  const folder = fetchOnce(app, reference);
  folders.set(key, { reference, folder });
  return folder;
}

const folders = new Map<string, { readonly reference: RemoteReference; readonly folder: Promise<string> }>();

/** All that this run asked for. */
export function fetched(): readonly RemoteReference[] {
  return [...folders.values()].map(({ reference }) => reference);
}

/** Docker Compose's own switches turn it off. */
async function fetchOnce(app: App, reference: RemoteReference): Promise<string> {
  const { environment, interrupts } = app;
  const shown = shownReference(reference);
  const switchName = reference.kind === 'git' ? 'COMPOSE_EXPERIMENTAL_GIT_REMOTE' : 'COMPOSE_EXPERIMENTAL_OCI_REMOTE';
  if (/^(?:0|f|false)$/i.test(environment[switchName] ?? ''))
    throw new MusterError('REMOTE_FAILED', `${shown}: ${switchName}=false forbids it`, {
      hint: 'unset it, or keep a copy of the file here',
    });
  const say = (what: string): void => sayInPassing(app, `${what} ${shown}`);
  const patience = setTimeout(() => say('Waiting for'), patienceMs);
  const options = { environment, signal: interrupts.signal, onFetch: () => say('Fetching') };
  try {
    if (reference.kind === 'git') return await (await import('#remote/git.ts')).checkOut(reference, options);
    return await (await import('#remote/artifact.ts')).unpackArtifact(reference, options);
  } finally {
    clearTimeout(patience);
  }
}

/** For people who watch: not among JSON lines, nor where quiet was asked for. */
export function sayInPassing({ globals, terminal }: App, text: string): void {
  if (globals.progress !== 'json' && globals.progress !== 'quiet') terminal.stderr.write(`${text}\n`);
}

/** Silence for longer looks like a program that hangs. */
const patienceMs = 2000;
