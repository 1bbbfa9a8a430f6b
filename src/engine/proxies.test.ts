import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { proxyVariables } from './proxies.ts';

test("the engine's own proxies beat the default ones, in both cases of the variable's name", () => {
  const directory = mkdtempSync(join(tmpdir(), 'muster-proxies-'));
  const proxies = { default: { httpProxy: 'http://d:1' }, 'tcp://web1:2375': { httpsProxy: 'http://s:1', noProxy: 'x' } };
  writeFileSync(join(directory, 'config.json'), JSON.stringify({ proxies }));
  const environment = { DOCKER_CONFIG: directory };
  expect(proxyVariables(environment, 'unix:///var/run/docker.sock')).toEqual({
    HTTP_PROXY: 'http://d:1',
    http_proxy: 'http://d:1',
  });
  expect(proxyVariables(environment, 'tcp://web1:2375')).toEqual({
    HTTPS_PROXY: 'http://s:1',
    https_proxy: 'http://s:1',
    NO_PROXY: 'x',
    no_proxy: 'x',
  });
  rmSync(directory, { recursive: true });
  expect(proxyVariables(environment, 'x')).toEqual({});
});
