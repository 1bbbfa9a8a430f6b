// /volumes: the fields that muster reads and writes. Names are the Engine's.

type Text = Readonly<Record<string, string>>;

export type VolumeInspect = {
  readonly Name: string;
  readonly Driver: string;
  readonly Mountpoint: string;
  readonly CreatedAt?: string;
  readonly Labels: Text | null;
  readonly Options: Text | null;
  readonly Scope: string;
};

/** GET /volumes. */
export type VolumeList = { readonly Volumes: readonly VolumeInspect[] | null; readonly Warnings: readonly string[] | null };

/** Body of POST /volumes/create. Creating one that exists returns it. */
export type VolumeCreate = {
  readonly Name: string;
  readonly Driver?: string;
  readonly DriverOpts?: Text;
  readonly Labels?: Text;
};
