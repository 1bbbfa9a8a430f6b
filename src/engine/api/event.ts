// GET /events: one JSON value per line. Names are the Engine's.

export type EngineEvent = {
  /** container, network, volume, image, daemon, … */
  readonly Type: string;
  /** start, die, `health_status: healthy`, `exec_create: sh -c …`, … */
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> | null };
  readonly scope?: string;
  /** Unix seconds. */
  readonly time: number;
  /** Beyond what a JSON number holds exactly: microseconds of it are true. */
  readonly timeNano: number;
};
