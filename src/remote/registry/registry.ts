// Reading from a registry: https://github.com/opencontainers/distribution-spec/blob/main/spec.md

import { credentialsFor, type CredentialSearch } from '#image/credentials.ts';
import { certificatesFor, type RegistryCertificates } from '#image/registry-certificates.ts';
import { MusterError } from '#lib/errors.ts';
import { authorizationFor } from './authorization.ts';
import { challengeIn } from './challenge.ts';
import { exchange, isLoopback, type Answer, type Environment, type Request } from './request.ts';
import { exchangePatiently, type Pause } from './try-again.ts';

export type RegistryOptions = {
  /** As in a reference: `docker.io`, `localhost:5000`. */
  readonly registry: string;
  readonly repository: string;
  /** Proxies, and where Docker's logins are. */
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** How time passes between two tries. */
  readonly pause?: Pause;
};

/** One repository of a registry. What it yields is whatever the registry sent: who asked for a digest checks it. */
export class Repository {
  readonly #options: RegistryOptions;
  #origin: Promise<URL> | null = null;
  #authorization: string | null = null;
  #login: Promise<CredentialSearch> | null = null;
  #certificates: Promise<RegistryCertificates> | null = null;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  manifest(tagOrDigest: string): Promise<Buffer> {
    return this.#read(`manifests/${tagOrDigest}`, { accept: manifestTypes, maxBytes: maxManifestBytes });
  }

  blob(digest: string, maxBytes: number): Promise<Buffer> {
    return this.#read(`blobs/${digest}`, { accept: '*/*', maxBytes });
  }

  async #read(path: string, want: Want): Promise<Buffer> {
    const answer = await this.#ask(path, want);
    if (answer.status === 200) return answer.body;
    throw await this.#refusal(answer, path);
  }

  async #ask(path: string, want: Want): Promise<Answer> {
    try {
      const url = new URL(`/v2/${this.#options.repository}/${path}`, await (this.#origin ??= this.#findOrigin()));
      const answer = await this.#follow(url, want);
      if (answer.status !== 401) return answer;
      const challenge = challengeIn(answer.headers['www-authenticate'] ?? '');
      if (challenge === null) return answer;
      const { repository } = this.#options;
      const { credentials } = await this.#loginOnce();
      this.#authorization = await authorizationFor({
        challenge,
        repository,
        credentials,
        registry: url,
        ask: (request) => this.#exchange(request),
      });
      return this.#authorization === null ? answer : await this.#follow(url, want);
    } catch (cause) {
      if (cause instanceof MusterError) throw cause;
      throw await this.#unreachable(cause as Error);
    }
  }

  /** To where blobs are really kept, which gets no login: its address is the permission. */
  async #follow(start: URL, { accept, maxBytes }: Want): Promise<Answer> {
    let url = start;
    for (let hops = 0; ; hops++) {
      const headers: Record<string, string> = { accept };
      if (this.#authorization !== null && url.origin === start.origin) headers['authorization'] = this.#authorization;
      const answer = await this.#exchange({ url, headers, maxBytes });
      const { location } = answer.headers;
      if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined || hops === maxHops) return answer;
      url = new URL(location, url);
      if (url.protocol !== 'https:' && !(isLoopback(start) && isLoopback(url)))
        throw new Error(`it sends us to ${url.origin}, which is not encrypted`);
    }
  }

  /** https; on this machine also http, where nothing else answers, as with Docker Engine. */
  async #findOrigin(): Promise<URL> {
    const { registry } = this.#options;
    const secure = new URL(`https://${registry === 'docker.io' ? 'registry-1.docker.io' : registry}`);
    if (!isLoopback(secure)) return secure;
    try {
      await exchange(await this.#asUs({ url: new URL('/v2/', secure), maxBytes: maxManifestBytes }));
      return secure;
    } catch (cause) {
      if (cause instanceof MusterError || (cause as NodeJS.ErrnoException).code === 'ECONNREFUSED') throw cause;
      return new URL(`http://${registry}`);
    }
  }

  async #exchange(request: Asked): Promise<Answer> {
    return exchangePatiently(await this.#asUs(request), this.#options.pause);
  }

  async #asUs(request: Asked): Promise<Request> {
    const { environment, signal } = this.#options;
    return { ...request, environment, signal, certificates: await this.#certificatesOnce() };
  }

  #certificatesOnce(): Promise<RegistryCertificates> {
    const { registry, environment } = this.#options;
    return (this.#certificates ??= certificatesFor(registry, environment));
  }

  #loginOnce(): Promise<CredentialSearch> {
    const { registry, environment, signal } = this.#options;
    return (this.#login ??= credentialsFor(registry, environment, signal));
  }

  async #refusal({ status, body }: Answer, path: string): Promise<MusterError> {
    const { registry, repository } = this.#options;
    const what = `${registry}/${repository}`;
    const said = reasonIn(body);
    if (status === 401 || status === 403) {
      const { credentials, problem } = await this.#loginOnce();
      const aside = problem === null ? '' : ` (${problem})`;
      const login = registry === 'docker.io' ? 'docker login' : `docker login ${registry}`;
      return new MusterError('REMOTE_FAILED', `${registry} refuses ${repository}: ${said || 'not authorised'}${aside}`, {
        hint:
          credentials === null
            ? `check the name; if it is private, log in: ${login}`
            : `check the name and your rights; log in again: ${login}`,
      });
    }
    if (status === 404)
      return new MusterError('REMOTE_FAILED', `${what} has no ${path.slice(path.indexOf('/') + 1)}`, {
        hint: 'check the name and the tag',
      });
    return new MusterError('REMOTE_FAILED', `${registry} answers ${status} for ${repository}${said && `: ${said}`}`, {
      hint: 'run the same command again; if it goes on, ask who runs the registry',
    });
  }

  async #unreachable(cause: Error): Promise<MusterError> {
    const { registry } = this.#options;
    const { problem } = await this.#certificatesOnce();
    const aside = problem === null ? '' : ` (${problem})`;
    // Several addresses that all failed have an empty message of their own.
    const why = cause.message || (cause as NodeJS.ErrnoException).code || 'no answer';
    return new MusterError('REMOTE_FAILED', `can't reach the registry ${registry}: ${why}${aside}`, {
      hint: /certificate|self.signed/i.test(why)
        ? `add the certificate of who signed it to those that this system trusts, or as ca.crt to /etc/docker/certs.d/${registry}`
        : 'check the name; is there a network, or a proxy (HTTPS_PROXY) to go through?',
      cause,
    });
  }
}

type Asked = Pick<Request, 'url' | 'headers' | 'form' | 'maxBytes'>;

type Want = { readonly accept: string; readonly maxBytes: number };

const maxHops = 5;
/** Registries take no larger ones. */
const maxManifestBytes = 4 * 1024 * 1024;

const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** The registry's own words, as one short line. */
function reasonIn(body: Buffer): string {
  try {
    const { errors } = JSON.parse(body.toString()) as { errors?: readonly { readonly message?: unknown }[] };
    const message = errors?.[0]?.message;
    return typeof message === 'string' ? message.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, 200) : '';
  } catch {
    return '';
  }
}
