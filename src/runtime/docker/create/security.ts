import type { HostConfig } from '#engine/api/container.ts';
import { MusterError } from '#lib/errors.ts';
import type { Recipe } from './recipe.ts';

type Security = HostConfig & { readonly MaskedPaths?: readonly string[]; readonly ReadonlyPaths?: readonly string[] };

export function securitySettings({ definition: service, seccompProfiles }: Recipe): Security {
  const options = service.security_opt ?? [];
  const unmasked = options.includes('systempaths=unconfined') ? { MaskedPaths: [], ReadonlyPaths: [] } : {};
  const passed = [
    // The engine knows no such option: its own client turns it into two empty lists.
    ...options.filter((option) => option !== 'systempaths=unconfined').map((option) => withProfile(option, seccompProfiles)),
    ...credentialSpec(service.credential_spec),
  ];
  return {
    CapAdd: service.cap_add?.map(capability),
    CapDrop: service.cap_drop?.map(capability),
    SecurityOpt: passed.length > 0 ? passed : undefined,
    ...unmasked,
  };
}

/** As Docker's own client spells them: `net_admin` -> `CAP_NET_ADMIN`. */
function capability(name: string): string {
  const upper = name.toUpperCase();
  return upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
}

/** Path of the seccomp profile that an option names, or null. */
export function seccompPath(option: string): string | null {
  const path = /^seccomp[=:](.+)$/.exec(option)?.[1];
  return path === undefined || path === 'unconfined' || path === 'builtin' ? null : path;
}

/** The engine wants the profile itself, not its path. */
function withProfile(option: string, profiles: Recipe['seccompProfiles']): string {
  const path = seccompPath(option);
  if (path === null) return option;
  const profile = profiles[path];
  if (profile === undefined) throw new MusterError('SOURCE_MISSING', `seccomp profile ${path} was not read`);
  return `seccomp=${profile}`;
}

function credentialSpec(spec: Recipe['definition']['credential_spec']): string[] {
  if (spec?.file !== undefined) return [`credentialspec=file://${spec.file}`];
  if (spec?.registry !== undefined) return [`credentialspec=registry://${spec.registry}`];
  return [];
}
