// /images, /build: the fields that muster reads. Names are the Engine's.

type Text = Readonly<Record<string, string>>;
type Empty = Readonly<Record<string, never>>;

/** A row of GET /images/json. */
export type ImageListed = {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests: readonly string[] | null;
  /** Unix seconds. */
  readonly Created: number;
  readonly Size: number;
  readonly Labels: Text | null;
};

/** GET /images/{name}/json. */
export type ImageInspect = {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests: readonly string[] | null;
  /** RFC 3339. */
  readonly Created?: string;
  readonly Size: number;
  readonly Architecture: string;
  readonly Variant?: string;
  readonly Os: string;
  readonly Config: ImageConfig | null;
};

export type ImageConfig = {
  readonly User?: string;
  readonly Env?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Entrypoint?: readonly string[] | null;
  readonly ExposedPorts?: Readonly<Record<string, Empty>> | null;
  readonly Volumes?: Readonly<Record<string, Empty>> | null;
  readonly WorkingDir?: string;
  readonly Labels?: Text | null;
  readonly StopSignal?: string;
};

/** One line of what POST /build and POST /images/create stream. */
export type ProgressLine = {
  readonly stream?: string;
  readonly status?: string;
  /** Layer. */
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
  readonly errorDetail?: { readonly code?: number; readonly message?: string };
  /** /build: `{ ID: "sha256:…" }` once an image is there; pushes use it for digests. */
  readonly aux?: { readonly ID?: string; readonly Tag?: string; readonly Digest?: string };
};

/** DELETE /images/{name}. */
export type ImageRemoved = { readonly Untagged?: string; readonly Deleted?: string };

/** GET /distribution/{name}/json: what the registry says of a tag. */
export type DistributionInspect = { readonly Descriptor: { readonly digest: string } };
