/** What to do about a registry's refusal, by the engine's own words for it. */
export function registryHint(reason: string, registry: string, loggedIn: boolean): string {
  const login = registry === 'docker.io' ? 'docker login' : `docker login ${registry}`;
  if (/manifest .*(unknown|not found)|manifest unknown/i.test(reason)) return 'check the tag: the registry has no such version';
  if (/no matching manifest/i.test(reason)) return 'choose a platform that the image has (platform:), or another image';
  if (/denied|unauthorized|authentication required|no basic auth|forbidden/i.test(reason))
    return loggedIn
      ? `check the name and your rights; log in again: ${login}`
      : `check the name; if it is private, log in: ${login}`;
  if (/not found|does not exist/i.test(reason)) return 'check the name and the tag';
  if (/x509|certificate|http: server gave HTTP response/i.test(reason))
    return `the engine does not trust ${registry}: install its certificate for the engine, or list it under insecure-registries`;
  return `see whether the engine's machine reaches ${registry}; without a network, build the image (build:) or load it (docker load)`;
}
