import type { EventLog } from './events.ts';
import type { FifoMaker } from './fifos.ts';
import type { Launcher } from './shim/launcher.ts';
import type { StartsUnderway } from './starts-underway.ts';

/** What all replicas of an agent share. */
export type Setting = {
  /** Folder of all replicas. */
  readonly root: string;
  /** Folder of their outputs' pipes, in the runtime directory. */
  readonly pipes: string;
  readonly fifos: FifoMaker;
  /** The FIFO that shims tell through. */
  readonly notices: string;
  readonly scripts: { readonly shim: string; readonly terminal: string };
  readonly launcher: Launcher;
  readonly starts: StartsUnderway;
  readonly events: EventLog;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly bootId: string;
  readonly uid: number;
  /** A replica has removed itself. */
  readonly forget: (id: string) => void;
  /** Into agent.log; the agent goes on. */
  readonly warn: (text: string, cause?: unknown) => void;
};
