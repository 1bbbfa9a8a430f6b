// Debian's docker-registry on loopback, with or without a password and TLS, ended by its own process id. An engine takes 127.0.0.1 without TLS.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { get as getSecurely } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.ts';

const program = '/usr/bin/docker-registry';

export const account = { username: 'ann', password: 'test-secret' } as const;
/** bcrypt of the password above, as htpasswd -B writes it. */
const passwordLine = 'ann:$2y$05$oKOzC6i1rl2AZt3T0ywL5u4FD4sUiY7BXFAIeJI587G1LRZA39MTy';

export type Registry = {
  readonly address: string;
  /** What a program must trust to use it: SSL_CERT_FILE; '' without TLS. */
  readonly certificate: string;
  /** Its key: with it the certificate is a client's, too. */
  readonly key: string;
  /** What it keeps, for another one that is to have the same. */
  readonly data: string;
  close(): Promise<void>;
};

export type RegistryOptions = {
  readonly login: boolean;
  readonly tls?: boolean;
  /** Nobody is let in without its own certificate. */
  readonly clientCertificate?: boolean;
  readonly data?: string;
};

export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  if (!existsSync(program)) throw new Error(`${program} is missing: apt-get install -y docker-registry`);
  const directory = mkdtempSync(join(tmpdir(), 'muster-registry-'));
  const port = await freePort();
  writeFileSync(join(directory, 'htpasswd'), `${passwordLine}\n`);
  const auth = options.login ? { auth: { htpasswd: { realm: 'muster', path: join(directory, 'htpasswd') } } } : {};
  const certificate = options.tls === true ? makeCertificate(directory) : '';
  const key = certificate === '' ? '' : join(directory, 'key.pem');
  const data = options.data ?? join(directory, 'data');
  const clients = options.clientCertificate === true ? { clientcas: [certificate] } : {};
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: data }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, ...(certificate === '' ? {} : { tls: { certificate, key, ...clients } }) },
    ...auth,
  };
  // JSON is YAML.
  writeFileSync(join(directory, 'config.yml'), JSON.stringify(config));
  const child = spawn(program, ['serve', join(directory, 'config.yml')], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await untilItAnswers(port, certificate === '' ? null : { cert: readFileSync(certificate), key: readFileSync(key) });
  return {
    address: `127.0.0.1:${port}`,
    certificate,
    key,
    data,
    async close() {
      child.kill();
      await ended;
      rmSync(directory, { recursive: true });
    },
  };
}

function makeCertificate(directory: string): string {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem'];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1,IP:0.0.0.0'];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', 'cert.pem', '-days', '2', ...subject], {
    cwd: directory,
    stdio: 'pipe',
  });
  return join(directory, 'cert.pem');
}

/** A DOCKER_CONFIG that is logged in to `registry`; the caller removes it. */
export function loginFor(
  registry: string | null,
  { username, password }: { username: string; password: string } = account,
): string {
  const directory = mkdtempSync(join(tmpdir(), 'muster-login-'));
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  writeFileSync(join(directory, 'config.json'), JSON.stringify(registry === null ? {} : { auths: { [registry]: { auth } } }));
  return directory;
}

type Identity = { readonly cert: Buffer; readonly key: Buffer };

/** `identity`: whom to be, with TLS. */
async function untilItAnswers(port: number, identity: Identity | null): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const answered = await new Promise<boolean>((resolve) => {
      const ask = identity === null ? get : getSecurely;
      ask({ ...identity, host: '127.0.0.1', port, path: '/v2/', rejectUnauthorized: false }, (response) => {
        response.resume();
        resolve(true);
      }).once('error', () => resolve(false));
    });
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the registry does not answer on port ${port}`);
}
