import type { Duplex } from 'node:stream';
import type { MusterError } from '#lib/errors.ts';
import type { ConnectTarget, HostProcess, ProcessEnd } from '../host.ts';

/** What a hop adds to the host before it: how a shell over there is started. Everything else is the same for all (shell-host.ts). */
export type Reach = {
  readonly location: string;
  /** Runs `bootProgram` over there, with pipes. `alone`: over a connection of its own. `short`: it ends soon, and may take turns. */
  start(options: { readonly alone: boolean; readonly short: boolean; readonly signal?: AbortSignal }): Promise<HostProcess>;
  /** Why no mark came: what was said instead. HOST_LOST where the command may have been started all the same. */
  explain(said: string, end: ProcessEnd, how: { readonly alone: boolean }): NotStarted;
  /** A stream to where the hop leads, if there is a better way than a program over there. */
  readonly connect?: (target: ConnectTarget) => Promise<Duplex>;
  close(): Promise<void>;
};

/** `again`: nothing was started, and another try may go well, over a new connection or one of its own. */
export type NotStarted =
  | { readonly kind: 'error'; readonly error: Error }
  | { readonly kind: 'again'; readonly alone: boolean; readonly error: MusterError };
