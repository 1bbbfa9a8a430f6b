// /networks: the fields that muster reads and writes. Names are the Engine's.

type Text = Readonly<Record<string, string>>;

/** How a container sits on a network: asked for at create and connect, told by inspect. */
export type EndpointSettings = {
  readonly IPAMConfig?: {
    readonly IPv4Address?: string;
    readonly IPv6Address?: string;
    readonly LinkLocalIPs?: readonly string[] | null;
  } | null;
  readonly Links?: readonly string[] | null;
  readonly Aliases?: readonly string[] | null;
  /** API 1.44. */
  readonly DNSNames?: readonly string[] | null;
  readonly DriverOpts?: Text | null;
  /** API 1.48. */
  readonly GwPriority?: number;
  readonly MacAddress?: string;
  readonly NetworkID?: string;
  readonly EndpointID?: string;
  readonly Gateway?: string;
  readonly IPAddress?: string;
  readonly IPPrefixLen?: number;
  readonly IPv6Gateway?: string;
  readonly GlobalIPv6Address?: string;
  readonly GlobalIPv6PrefixLen?: number;
};

export type IpamPool = {
  readonly Subnet?: string;
  readonly IPRange?: string;
  readonly Gateway?: string;
  readonly AuxiliaryAddresses?: Text;
};

export type Ipam = { readonly Driver?: string; readonly Options?: Text | null; readonly Config?: readonly IpamPool[] | null };

/** A row of GET /networks and GET /networks/{id}. */
export type NetworkInspect = {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly Scope: string;
  readonly Driver: string;
  readonly EnableIPv6: boolean;
  readonly IPAM: Ipam;
  readonly Internal: boolean;
  readonly Attachable: boolean;
  readonly Ingress: boolean;
  readonly Options: Text | null;
  readonly Labels: Text | null;
  /** Keyed by container id; only by inspect. */
  readonly Containers?: Readonly<
    Record<string, { readonly Name: string; readonly IPv4Address: string; readonly IPv6Address: string }>
  > | null;
};

/** Body of POST /networks/create. */
export type NetworkCreate = {
  readonly Name: string;
  /** Refuse a second network of that name; newer engines always do. */
  readonly CheckDuplicate?: boolean;
  readonly Driver?: string;
  readonly Internal?: boolean;
  readonly Attachable?: boolean;
  readonly EnableIPv6?: boolean;
  /** API 1.48. */
  readonly EnableIPv4?: boolean;
  readonly IPAM?: Ipam;
  readonly Options?: Text;
  readonly Labels?: Text;
};

export type NetworkCreated = { readonly Id: string; readonly Warning?: string };

/** Bodies of POST /networks/{id}/connect and /disconnect. */
export type NetworkConnect = { readonly Container: string; readonly EndpointConfig?: EndpointSettings };
export type NetworkDisconnect = { readonly Container: string; readonly Force?: boolean };
