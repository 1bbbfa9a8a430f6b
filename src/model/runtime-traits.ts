// What a kind of runtime has and lacks, as data: the planner asks no runtime for what it has no notion of, and knows none by its name.

export type RuntimeTraits = {
  /** Replicas are made from images, which can be pulled, built and removed. Without, a service needs neither image nor build. */
  readonly images: boolean;
  /** Replicas attach to networks of their own. Without, they share their host's. */
  readonly networks: boolean;
  /** Named volumes are things that it makes and removes. */
  readonly volumes: boolean;
  /** It runs nothing: its replicas are somebody else's, and to start or stop one is to attach to it or let it go. They have no output. */
  readonly attachesOnly?: true;
  /** Where its replicas' ports are; absent: on this machine. */
  readonly place?: RuntimePlace;
  /** How many steps at once it does fastest, as measured. */
  readonly concurrency: number;
};

export type RuntimePlace = {
  /** The same for all runtimes of one machine: the host's location. */
  readonly host: string;
  /** How other machines reach that host: a name or an address. */
  readonly address: string;
};

/** By the runtime's name, as steps and replicas use it. */
export type TraitsByRuntime = Readonly<Record<string, RuntimeTraits>>;
