import type { Host } from './host.ts';
import { parseLocation } from '#model/host-location.ts';

export type OpenOptions = {
  /** Asks a person who sits there, without showing what they type. Left out: nobody is asked, by ssh neither. */
  readonly ask?: (question: string) => Promise<string>;
};

/** The host that a location names (model/host-location.ts); nothing is dialled yet. Closing it closes those before it. */
export async function openHost(location: string, { ask }: OpenOptions = {}): Promise<Host> {
  const hops = parseLocation(location);
  const [{ localHost }, { sshHost }, { sudoHost }] = await Promise.all([
    import('./local.ts'),
    import('./ssh.ts'),
    import('./sudo.ts'),
  ]);
  return hops.reduce<Host>(
    (outer, hop, index) =>
      hop.kind === 'sudo'
        ? sudoHost(outer, { user: hop.user, ask })
        : // Only an ssh that runs here has our terminal.
          sshHost(outer, { ...hop, mayAsk: ask !== undefined && index === 0 }),
    localHost(),
  );
}
