import type { Host } from '#host/host.ts';
import { localHostName } from '#model/placement.ts';

/** Each host is opened once, however many runtimes are on it, and closed after them. */
export class OpenHosts {
  readonly #hosts = new Map<string, Promise<Host>>();

  open(location: string): Promise<Host> {
    let host = this.#hosts.get(location);
    if (host === undefined) this.#hosts.set(location, (host = openOne(location)));
    return host;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#hosts.values());
    await Promise.all(opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value.close()] : [])));
  }
}

async function openOne(location: string): Promise<Host> {
  if (location === localHostName) return (await import('#host/local.ts')).localHost();
  return (await import('#host/open.ts')).openHost(location);
}
