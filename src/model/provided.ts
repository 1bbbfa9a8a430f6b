// What the providers of a project's services say of them, and the seam behind which their programs run.

import type { Provider } from './project.ts';

/** Variables for dependents, under their final names (`DB_URL`), by the service whose provider gave them. */
export type Provided = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type ProviderCall = {
  readonly project: string;
  readonly service: string;
  readonly provider: Provider;
  /** The program's: what interpolation saw. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
  readonly output: (text: string) => void;
};

export type Providers = {
  /** How many programs run at once. */
  readonly concurrency: number;
  /** Throws PROVIDER_MISSING unless the provider's program is there; starts nothing. */
  find(service: string, provider: Provider): void;
  /** Yields the service's variables. Rejects with PROVIDER_FAILED; safe to repeat, by the protocol. */
  up(call: ProviderCall): Promise<Readonly<Record<string, string>>>;
  down(call: ProviderCall): Promise<void>;
  /** Of a program that says that it can stop; any other, also one that is missing, is left alone. */
  stop(call: ProviderCall): Promise<void>;
};
