import { dockerConfigDirectory, readDockerConfig } from './docker-config.ts';
import type { Environment } from './docker-config.ts';

const variables = {
  httpProxy: 'HTTP_PROXY',
  httpsProxy: 'HTTPS_PROXY',
  noProxy: 'NO_PROXY',
  ftpProxy: 'FTP_PROXY',
  allProxy: 'ALL_PROXY',
} as const;

/** The proxy variables (in both cases) that Docker's configuration gives to builds and containers of this engine. */
export function proxyVariables(environment: Environment, endpoint: string): Readonly<Record<string, string>> {
  const { proxies } = readDockerConfig(dockerConfigDirectory(environment));
  const settings = proxies?.[endpoint] ?? proxies?.default ?? {};
  const found: Record<string, string> = {};
  for (const [setting, variable] of Object.entries(variables)) {
    const value = settings[setting];
    if (typeof value !== 'string' || value === '') continue;
    found[variable] = value;
    found[variable.toLowerCase()] = value;
  }
  return found;
}
