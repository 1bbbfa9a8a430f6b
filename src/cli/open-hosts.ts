import type { Host } from '#host/host.ts';
import { localHostName } from '#model/host-location.ts';
import type { App } from './app.ts';

/** Each host is opened once, however many runtimes are on it, and closed after them. */
export class OpenHosts {
  readonly #hosts = new Map<string, Promise<Host>>();
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  open(location: string): Promise<Host> {
    let host = this.#hosts.get(location);
    if (host === undefined) this.#hosts.set(location, (host = openOne(this.#app, location)));
    return host;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#hosts.values());
    await Promise.all(opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value.close()] : [])));
  }
}

async function openOne(app: App, location: string): Promise<Host> {
  if (location === localHostName) return (await import('#host/local.ts')).localHost();
  const { openHost } = await import('#host/open.ts');
  if (!app.terminal.canAsk) return openHost(location);
  const { askSecret } = await import('./ask-secret.ts');
  return openHost(location, { ask: (question) => askSecret(app, question) });
}
