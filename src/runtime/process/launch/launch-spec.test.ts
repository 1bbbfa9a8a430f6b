import { describe, expect, test } from 'vitest';
import { emptyProject } from '#model/empty-project.test-support.ts';
import type { Service } from '#model/project.ts';
import type { LaunchFacts } from './launch-facts.ts';
import { launchSpec } from './launch-spec.ts';

const own = { isOwn: true, name: 'ada', uid: 1000, gid: 1000, home: '/home/ada' };

function facts(service: Partial<Service>, more: Partial<LaunchFacts> = {}): LaunchFacts {
  return {
    project: emptyProject(),
    service: 'web',
    definition: { command: ['serve'], entrypoint: null, ...service },
    name: 'blog-web-1',
    number: 1,
    oneOff: null,
    labels: {},
    account: own,
    defaultWorkingDir: '/srv/blog',
    base: { PATH: '/usr/bin', HOME: '/home/ada' },
    takenPorts: new Set(),
    ofOtherReplicas: new Set(),
    freePorts: [20_001, 20_002],
    directories: { own: '/s', secrets: '/s/secrets', configs: '/s/configs', volumes: { 'db-data': '/v/data' } },
    volumeNames: [],
    ...more,
  };
}

describe('what runs', () => {
  test('entrypoint and command make the program, in the project’s folder', () => {
    const spec = launchSpec(facts({ entrypoint: ['npm', 'run'], command: ['dev'] }));
    expect(spec).toMatchObject({ argv: ['npm', 'run', 'dev'], workingDir: '/srv/blog', user: '', name: 'blog-web-1' });
  });

  test('x-muster.process takes the place of what is meant for the image', () => {
    const spec = launchSpec(
      facts({
        image: 'web',
        entrypoint: ['/entry'],
        command: ['inside'],
        working_dir: '/app',
        user: 'node',
        environment: { MODE: 'container', KEPT: '1', LANG: null },
        'x-muster': { process: { command: ['node', 'server.js'], environment: { MODE: 'native' } } },
      }),
    );
    expect(spec).toMatchObject({ argv: ['node', 'server.js'], workingDir: '/srv/blog', user: '' });
    expect(spec.environment).toMatchObject({ MODE: 'native', KEPT: '1', PATH: '/usr/bin' });
  });

  test('a variable named without a value is taken away, also from the base', () => {
    const { environment } = launchSpec(facts({ environment: { HOME: null } }));
    expect(environment).not.toHaveProperty('HOME');
  });

  test('nothing to run is an error that says how to say it', () => {
    expect(() => launchSpec(facts({ command: null }))).toThrow(/does not say what to run natively/);
  });

  test('another user is asked for by name, the own one is not', () => {
    expect(launchSpec(facts({ user: 'www-data:33' }, { account: { ...own, isOwn: false } })).user).toBe('www-data:33');
    expect(launchSpec(facts({ user: 'ada' })).user).toBe('');
  });

  test('further groups are those of the service, unless its author says that it can do without', () => {
    const process = { command: ['web'] };
    expect(launchSpec(facts({ group_add: ['adm', '44'] })).groups).toEqual(['adm', '44']);
    expect(
      launchSpec(facts({ group_add: ['adm'], 'x-muster': { process: { ...process, ignore: ['group_add'] } } })),
    ).not.toHaveProperty('groups');
  });

  test('its priority is what x-muster.process says, else the usual one', () => {
    expect(launchSpec(facts({ 'x-muster': { process: { command: ['web'], nice: 7 } } }))).toMatchObject({ nice: 7 });
    expect(launchSpec(facts({}))).not.toHaveProperty('nice');
  });

  test('arguments of x-muster.process can hold our variables, and only those that there are', () => {
    const ports = [{ target: 6379, published: '7000' }];
    const native = (argument: string): Partial<Service> => ({ ports, 'x-muster': { process: { command: ['redis', argument] } } });
    expect(launchSpec(facts(native('--port=${MUSTER_PORT_6379}'))).argv).toEqual(['redis', '--port=7000']);
    expect(launchSpec(facts(native('${HOME}'))).argv).toEqual(['redis', '${HOME}']);
    expect(() => launchSpec(facts(native('${MUSTER_PORT_80}')))).toThrow(/MUSTER_PORT_80/);
  });
});

describe('ports', () => {
  test('the program is told where to listen instead of the port that it has in a container', () => {
    const { environment, labels } = launchSpec(facts({ ports: [{ target: 80, published: '8080', host_ip: '127.0.0.1' }] }));
    expect(environment).toMatchObject({ MUSTER_PORT_80: '8080', MUSTER_HOST_80: '127.0.0.1', PORT: '8080' });
    expect(labels['dev.muster.ports']).toBe('127.0.0.1:8080->80/tcp');
  });

  test('PORT is only said where it can mean one port, and the service’s own stays', () => {
    const two = [
      { target: 80, published: '8080' },
      { target: 81, published: '8081' },
    ];
    expect(launchSpec(facts({ ports: two })).environment).not.toHaveProperty('PORT');
    expect(launchSpec(facts({ ports: two.slice(1), environment: { PORT: '1' } })).environment['PORT']).toBe('1');
  });

  test('each replica has its port of a range, past those that others hold', () => {
    const ports = [{ target: 80, published: '8000-8003' }];
    const portOf = (number: number, more: Partial<LaunchFacts> = {}): string | undefined =>
      launchSpec(facts({ ports }, { number, takenPorts: new Set(['8001/tcp']), ...more })).environment['MUSTER_PORT_80'];
    expect([portOf(1), portOf(2), portOf(3)]).toEqual(['8000', '8002', '8003']);
    expect(portOf(2, { ofOtherReplicas: new Set(['8002/tcp']) })).toBe('8003');
    expect(() => portOf(4)).toThrow('of the host ports 8000-8003 that service web publishes none is free');
  });

  test('a port that the file leaves open is a free one', () => {
    const { environment } = launchSpec(facts({ ports: [{ target: 80 }, { target: 53, protocol: 'udp' }] }));
    expect(environment).toMatchObject({ MUSTER_PORT_80: '20001', MUSTER_PORT_53_UDP: '20002' });
  });
});

describe('places', () => {
  test('variables say where secrets, configs, volumes and mounts are', () => {
    const { environment } = launchSpec(
      facts({
        secrets: [{ source: 'key' }],
        configs: [{ source: 'conf', target: '/etc/app/app.conf' }],
        volumes: [
          { type: 'volume', source: 'db-data', target: '/var/lib/db', volume: { subpath: 'main' } },
          { type: 'bind', source: '/srv/blog/web', target: '/usr/share/www' },
        ],
      }),
    );
    expect(environment).toMatchObject({
      MUSTER_SECRETS_DIR: '/s/secrets',
      MUSTER_CONFIGS_DIR: '/s/configs',
      MUSTER_VOLUME_DB_DATA: '/v/data/main',
      MUSTER_MOUNT_USR_SHARE_WWW: '/srv/blog/web',
    });
  });

  test('a variable that is the very path of a mount means the mount', () => {
    const { environment } = launchSpec(
      facts({
        secrets: [{ source: 'key' }],
        environment: { KEY_FILE: '/run/secrets/key', OTHER: '/run/secrets/key2', LIST: 'a:/run/secrets/key' },
      }),
    );
    expect(environment).toMatchObject({ KEY_FILE: '/s/secrets/key', OTHER: '/run/secrets/key2', LIST: 'a:/run/secrets/key' });
  });
});

describe('life', () => {
  test.each([
    [{ restart: 'unless-stopped' }, { policy: 'unless-stopped', maxAttempts: 0 }],
    [{ restart: 'on-failure:3' }, { policy: 'on-failure', maxAttempts: 3 }],
    [{}, { policy: 'no', maxAttempts: 0 }],
    [
      { restart: 'no', deploy: { restart_policy: { condition: 'any' } } },
      { policy: 'always', maxAttempts: 0 },
    ],
    [{ deploy: { restart_policy: { condition: 'on-failure', max_attempts: 2 } } }, { policy: 'on-failure', maxAttempts: 2 }],
    [
      { restart: 'always', deploy: { restart_policy: { condition: 'none' } } },
      { policy: 'no', maxAttempts: 0 },
    ],
  ])('%o restarts as %o', (service, restart) => {
    expect(launchSpec(facts(service)).restart).toEqual(restart);
  });

  test('a one-off is never restarted nor asked for its health', () => {
    const oneOff = { interactive: true, tty: true, detach: false, removeAfter: true };
    const service = { restart: 'always', healthcheck: { test: ['CMD', 'true'] } };
    expect(launchSpec(facts(service, { oneOff, number: null }))).toMatchObject({
      restart: { policy: 'no' },
      healthcheck: null,
      tty: true,
      openStdin: true,
      stdinOnce: true,
      autoRemove: true,
    });
  });

  test('the stop signal and grace period are the service’s, else SIGTERM and ten seconds', () => {
    expect(launchSpec(facts({}))).toMatchObject({ stopSignal: 'SIGTERM', stopGraceMs: 10_000 });
    expect(launchSpec(facts({ stop_signal: 'INT', stop_grace_period: '1m1.9s' }))).toMatchObject({
      stopSignal: 'SIGINT',
      stopGraceMs: 61_000,
    });
  });

  test('limits are the deploy section’s, else the service’s own; none is none', () => {
    const deploy = { resources: { limits: { memory: '1048576', cpus: '0.5' } } };
    expect(launchSpec(facts({ deploy, mem_limit: '9', pids_limit: 40 })).limits).toEqual({
      memoryBytes: 1_048_576,
      cpus: 0.5,
      pids: 40,
    });
    expect(launchSpec(facts({ pids_limit: -1, mem_limit: '0' })).limits).toEqual({});
  });

  test('what is kept of a log is what the logging options say', () => {
    expect(launchSpec(facts({ logging: { options: { 'max-size': '10m', 'max-file': '3' } } })).log).toEqual({
      maxBytes: 10 * 1024 * 1024,
      files: 3,
    });
    expect(launchSpec(facts({}))).not.toHaveProperty('log');
  });
});

describe('health', () => {
  const probeOf = (service: Partial<Service>) => launchSpec(facts(service)).healthcheck;

  test.each([
    [['CMD', 'check', 'it'], { kind: 'command', argv: ['check', 'it'] }],
    [['CMD-SHELL', 'check | it'], { kind: 'command', argv: ['/bin/sh', '-c', 'check | it'] }],
  ])('%o is asked by a command', (testWords, probe) => {
    expect(probeOf({ healthcheck: { test: testWords, interval: '2s' } })).toMatchObject({
      probe,
      intervalMs: 2000,
      timeoutMs: 30_000,
      retries: 3,
    });
  });

  test.each([{ test: ['NONE'] }, { test: ['CMD', 'x'], disable: true }, {}])('%o asks nobody', (healthcheck) => {
    expect(probeOf({ healthcheck })).toBeNull();
  });

  test('x-muster.health asks the replica’s own port, as often as the healthcheck says', () => {
    const ports = [
      { target: 80, published: '8080' },
      { target: 443, published: '8443' },
    ];
    const healthcheck = { test: ['CMD', 'curl'], interval: '1s' };
    const asked = (health: object) => probeOf({ ports, healthcheck, 'x-muster': { health } as Service['x-muster'] });
    expect(asked({ http: 'http://localhost/up', status: 204 })).toMatchObject({
      probe: { kind: 'http', url: 'http://localhost:8080/up', status: 204 },
      intervalMs: 1000,
    });
    expect(asked({ http: 'https://localhost/' })?.probe).toMatchObject({ url: 'https://localhost:8443/' });
    expect(asked({ tcp: 80 })?.probe).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 8080 });
    expect(asked({ http: 'http://localhost:9000/' })?.probe).toMatchObject({ url: 'http://localhost:9000/' });
  });
});
