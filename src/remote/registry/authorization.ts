// The Authorization header that answers a registry's challenge: Docker's login itself, or a token that it buys.

import { MusterError } from '#lib/errors.ts';
import type { Credentials } from '#image/credentials.ts';
import type { Challenge } from './challenge.ts';
import { isLoopback, type Answer, type Request } from './request.ts';

export type AuthorizationInput = {
  readonly challenge: Challenge;
  readonly repository: string;
  /** null: nobody is logged in. */
  readonly credentials: Credentials | null;
  readonly registry: URL;
  /** How the token server is asked. */
  readonly ask: (request: Pick<Request, 'url' | 'headers' | 'form' | 'maxBytes'>) => Promise<Answer>;
};

/** null: nothing that is at hand would help. */
export async function authorizationFor(input: AuthorizationInput): Promise<string | null> {
  const { challenge, credentials } = input;
  if (credentials?.registrytoken !== undefined) return `Bearer ${credentials.registrytoken}`;
  if (challenge.scheme === 'basic') return basic(credentials);
  const token = await tokenFor(input);
  return token === null ? null : `Bearer ${token}`;
}

function basic(credentials: Credentials | null): string | null {
  if (credentials?.password === undefined) return null;
  return `Basic ${Buffer.from(`${credentials.username ?? ''}:${credentials.password}`).toString('base64')}`;
}

async function tokenFor({ challenge, repository, credentials, registry, ask }: AuthorizationInput): Promise<string | null> {
  const { realm = '', service = '', scope = `repository:${repository}:pull` } = challenge.parameters;
  const url = tokenServer(realm, registry);
  const query = { service, scope };
  const { identitytoken } = credentials ?? {};
  const maxBytes = 1024 * 1024;
  if (identitytoken !== undefined) {
    const form = { grant_type: 'refresh_token', refresh_token: identitytoken, client_id: 'muster', ...query };
    return tokenIn(await ask({ url, form, maxBytes }));
  }
  for (const [name, value] of Object.entries(query)) if (value !== '') url.searchParams.set(name, value);
  const authorization = basic(credentials);
  return tokenIn(await ask({ url, headers: authorization === null ? {} : { authorization }, maxBytes }));
}

/** Credentials leave this machine only encrypted. */
function tokenServer(realm: string, registry: URL): URL {
  const url = URL.canParse(realm) ? new URL(realm) : null;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url) && isLoopback(registry));
  if (url !== null && isSafe) return url;
  throw new MusterError('REMOTE_FAILED', `${registry.host} wants a token from "${realm}", which is no safe place to log in at`, {
    hint: 'have the registry name a token server with https',
  });
}

function tokenIn({ status, body }: { readonly status: number; readonly body: Buffer }): string | null {
  if (status !== 200) return null;
  try {
    const { token, access_token: accessToken } = JSON.parse(body.toString()) as { token?: unknown; access_token?: unknown };
    const found = token ?? accessToken;
    return typeof found === 'string' && found !== '' ? found : null;
  } catch {
    return null;
  }
}
