import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyProject } from '#model/empty-project.test-support.ts';
import type { Service } from '#model/project.ts';
import { containerRequest } from './container-body.ts';
import { networkBody } from './network-body.ts';
import type { EngineAbilities, Recipe } from './recipe.ts';

const modern: EngineAbilities = {
  createMountpoint: true,
  severalNetworks: true,
  volumeSubpath: true,
  imageMounts: true,
  interfaceNames: true,
};
const old: EngineAbilities = {
  createMountpoint: false,
  severalNetworks: false,
  volumeSubpath: false,
  imageMounts: false,
  interfaceNames: false,
};

function recipe(fields: Partial<Service> = {}, more: Partial<Recipe> = {}): Recipe {
  const definition: Service = { command: null, entrypoint: null, networks: { default: null }, ...fields };
  return {
    project: emptyProject({
      services: { web: definition },
      networks: { default: { name: 'blog_default' }, back: { name: 'blog_back' }, front: { name: 'blog_front' } },
      volumes: { data: { name: 'blog_data' } },
    }),
    service: 'web',
    definition,
    name: 'blog-web-1',
    number: 1,
    oneOff: null,
    useAliases: true,
    image: 'web:1',
    imageId: 'sha256:1',
    labels: {},
    peers: {},
    inherited: {},
    staged: [],
    proxies: {},
    seccompProfiles: {},
    takenPorts: new Set(),
    hostServices: {},
    abilities: modern,
    ...more,
  };
}

const host = (fields: Partial<Service>, more: Partial<Recipe> = {}) =>
  containerRequest(recipe(fields, more)).body.HostConfig ?? {};

describe('environment', () => {
  test('a name without a value takes the image’s variable away; proxies give way to the service', () => {
    const { body } = containerRequest(
      recipe({ environment: { B: null, A: '1', no_proxy: 'mine' } }, { proxies: { no_proxy: 'x', C: 'y' } }),
    );
    expect(body.Env).toEqual(['A=1', 'B', 'C=y', 'no_proxy=mine']);
  });
});

describe('networks', () => {
  const networks = { default: null, back: { priority: 10, aliases: ['db'] }, front: { priority: 5 } };

  test('a modern engine gets all at once, the one with the highest priority as the mode', () => {
    const { body, further } = containerRequest(recipe({ networks }));
    expect(body.HostConfig?.NetworkMode).toBe('blog_back');
    expect(Object.keys(body.NetworkingConfig?.EndpointsConfig ?? {})).toEqual(['blog_back', 'blog_front', 'blog_default']);
    expect(body.NetworkingConfig?.EndpointsConfig?.['blog_back']?.Aliases).toEqual(['blog-web-1', 'web', 'db']);
    expect(further).toEqual([]);
  });

  test('an older engine gets one, and the rest in order afterwards', () => {
    const { body, further } = containerRequest(recipe({ networks }, { abilities: old }));
    expect(Object.keys(body.NetworkingConfig?.EndpointsConfig ?? {})).toEqual(['blog_back']);
    expect(further.map((each) => each.name)).toEqual(['blog_front', 'blog_default']);
  });

  test('a one-off without aliases is found by its own name only', () => {
    const { body } = containerRequest(
      recipe({ networks: { default: { aliases: ['db'] } } }, { useAliases: false, name: 'blog-web-run-1' }),
    );
    expect(body.NetworkingConfig?.EndpointsConfig?.['blog_default']?.Aliases).toEqual(['blog-web-run-1']);
  });

  test('service:x joins the first replica of x, and says so when there is none', () => {
    const peers = { db: [{ id: 'abc', name: 'blog-db-1', number: 1 }] };
    expect(host({ network_mode: 'service:db', ipc: 'service:db' }, { peers })).toMatchObject({
      NetworkMode: 'container:abc',
      IpcMode: 'container:abc',
    });
    expect(() => host({ network_mode: 'service:db' })).toThrow(/db/);
  });

  test('links name a replica by alias, short and full name', () => {
    const peers = { db: [{ id: 'abc', name: 'blog-db-1', number: 1 }] };
    expect(host({ links: ['db:store'], external_links: ['legacy:old'] }, { peers }).Links).toEqual([
      'blog-db-1:store',
      'blog-db-1:db-1',
      'blog-db-1:blog-db-1',
      'legacy:old',
    ]);
  });

  test('what only newer engines can do is refused on older ones, with the version that can', () => {
    expect(() =>
      containerRequest(recipe({ networks: { default: null, back: { mac_address: '02:42:ac:11:65:43' } } }, { abilities: old })),
    ).not.toThrow();
    expect(() =>
      containerRequest(recipe({ networks: { back: null, default: { mac_address: '02:42:ac:11:65:43' } } }, { abilities: old })),
    ).toThrow(/25 or newer/);
    expect(() => containerRequest(recipe({ networks: { default: { interface_name: 'eth7' } } }, { abilities: old }))).toThrow(
      /28.1/,
    );
  });

  test('a network without settings of its own leaves address management to the engine', () => {
    expect(networkBody(recipe().project, 'default')).toMatchObject({
      Name: 'blog_default',
      CheckDuplicate: true,
      IPAM: undefined,
    });
  });
});

describe('ports', () => {
  const ports = [{ target: 80, published: '8000-8002', protocol: 'tcp' }];
  const published = (more: Partial<Recipe>): string | undefined => host({ ports }, more).PortBindings?.['80/tcp']?.[0]?.HostPort;

  test('replica n has the n-th port of a range, passing over those that others hold', () => {
    expect([1, 2, 3].map((number) => published({ number }))).toEqual(['8000', '8001', '8002']);
    expect(published({ number: 1, takenPorts: new Set(['8000/tcp']) })).toBe('8001');
    expect(published({ number: 4 })).toBe('8000-8002');
  });

  test('no two replicas within a range get one port while it is free of others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1, max: 50 }), (first, size) => {
        const range = [{ target: 80, published: `${first}-${first + size - 1}`, protocol: 'tcp' }];
        const given = Array.from(
          { length: size },
          (_, index) => host({ ports: range }, { number: index + 1 }).PortBindings?.['80/tcp']?.[0]?.HostPort,
        );
        expect(new Set(given).size).toBe(size);
      }),
    );
  });

  test('one container port may be published several times', () => {
    const twice = [
      { target: 80, published: '8080' },
      { target: 80, published: '8081', host_ip: '127.0.0.1' },
      { target: 53, protocol: 'udp' },
    ];
    const { body } = containerRequest(recipe({ ports: twice, expose: ['9000'] }));
    expect(body.HostConfig?.PortBindings).toEqual({
      '80/tcp': [
        { HostIp: '', HostPort: '8080' },
        { HostIp: '127.0.0.1', HostPort: '8081' },
      ],
      '53/udp': [{ HostIp: '', HostPort: '' }],
    });
    expect(Object.keys(body.ExposedPorts ?? {})).toEqual(['9000', '80/tcp', '53/udp']);
  });
});

describe('mounts', () => {
  test('a short bind makes its source; a long one that opts out does not', () => {
    const volumes = [
      { type: 'bind', source: '/a', target: '/a', bind: { create_host_path: true }, read_only: true },
      { type: 'bind', source: '/b', target: '/b', bind: {} },
      { type: 'bind', source: '/c', target: '/c' },
    ];
    const { Binds, Mounts } = host({ volumes });
    expect(Binds).toEqual(['/a:/a:ro', '/c:/c:rw']);
    expect(Mounts).toMatchObject([{ Type: 'bind', Source: '/b', Target: '/b' }]);
  });

  test('propagation on an engine that can’t make mount points keeps the source made', () => {
    const volumes = [{ type: 'bind', source: '/a', target: '/a', bind: { create_host_path: true, propagation: 'rslave' } }];
    expect(host({ volumes }, { abilities: old }).Binds).toEqual(['/a:/a:rw,rslave']);
    expect(host({ volumes }).Mounts).toMatchObject([{ BindOptions: { Propagation: 'rslave', CreateMountpoint: true } }]);
  });

  test('named volumes go by their name on the engine', () => {
    const volumes = [
      { type: 'volume', source: 'data', target: '/data' },
      { type: 'volume', source: 'data', target: '/part', volume: { subpath: 'x' } },
    ];
    expect(host({ volumes })).toMatchObject({
      Binds: ['blog_data:/data:rw'],
      Mounts: [{ Type: 'volume', Source: 'blog_data', Target: '/part', VolumeOptions: { Subpath: 'x' } }],
    });
    expect(() => host({ volumes }, { abilities: old })).toThrow(/26 or newer/);
  });

  test('anonymous volumes of the replaced container come along, those of the image too', () => {
    const inherited = { '/cache': { volume: 'aaa', readOnly: false }, '/from-image': { volume: 'bbb', readOnly: true } };
    const { Mounts } = host({ volumes: [{ type: 'volume', target: '/cache' }] }, { inherited });
    expect(Mounts).toMatchObject([
      { Type: 'volume', Source: 'aaa', Target: '/cache' },
      { Type: 'volume', Source: 'bbb', Target: '/from-image', ReadOnly: true },
    ]);
  });

  test('secrets are bound from their staged copies, read-only', () => {
    const staged = [{ source: '/private/x/content', target: '/run/secrets/x' }];
    expect(host({}, { staged }).Mounts).toEqual([
      { Type: 'bind', Source: '/private/x/content', Target: '/run/secrets/x', ReadOnly: true },
    ]);
  });

  test('volumes_from keeps the mode that was asked for', () => {
    const peers = { db: [{ id: 'abc', name: 'blog-db-1', number: 1 }] };
    expect(host({ volumes_from: ['db:ro', 'container:legacy:ro'] }, { peers }).VolumesFrom).toEqual(['abc:ro', 'legacy:ro']);
  });

  test('tmpfs entries carry their options', () => {
    expect(host({ tmpfs: ['/run:size=64k,mode=700', '/tmp'] }).Tmpfs).toEqual({ '/run': 'size=64k,mode=700', '/tmp': '' });
  });
});

describe('limits and policies', () => {
  test('deploy.resources wins over the older fields', () => {
    const deploy = { resources: { limits: { cpus: '0.25', memory: '1000', pids: 5 }, reservations: { memory: '500' } } };
    expect(host({ cpus: 2, mem_limit: '9', mem_reservation: '8', pids_limit: 7, deploy })).toMatchObject({
      NanoCpus: 250_000_000,
      Memory: 1000,
      MemoryReservation: 500,
      PidsLimit: 5,
    });
  });

  test.each([
    ['no', undefined, { Name: 'no' }],
    ['on-failure:3', undefined, { Name: 'on-failure', MaximumRetryCount: 3 }],
    ['no', { condition: 'any', max_attempts: 2 }, { Name: 'always' }],
    [undefined, { condition: 'on-failure', max_attempts: 2 }, { Name: 'on-failure', MaximumRetryCount: 2 }],
    ['always', { condition: 'none' }, { Name: 'no' }],
  ] as const)('restart %s with deploy %o is %o', (restart, policy, expected) => {
    expect(host({ restart, deploy: policy === undefined ? undefined : { restart_policy: policy } }).RestartPolicy).toEqual(
      expected,
    );
  });

  test('a one-off is never restarted, whatever the service says', () => {
    const oneOff = { interactive: true, tty: false, detach: false, removeAfter: true };
    const { body } = containerRequest(recipe({ restart: 'always' }, { oneOff, number: null }));
    expect(body.HostConfig).toMatchObject({ AutoRemove: true, RestartPolicy: undefined });
    expect(body).toMatchObject({ OpenStdin: true, StdinOnce: true, AttachStdin: true });
  });

  test('GPUs: all of them, or the ones that are named; CDI devices by name', () => {
    expect(host({ gpus: [{ count: -1 }], devices: [{ source: 'nvidia.com/gpu=all' }, { source: '/dev/zero' }] })).toMatchObject({
      DeviceRequests: [
        { Count: -1, Capabilities: [['gpu']] },
        { Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] },
      ],
      Devices: [{ PathOnHost: '/dev/zero', PathInContainer: '/dev/zero', CgroupPermissions: 'rwm' }],
    });
  });

  test('start_interval goes only to engines that know it', () => {
    const healthcheck = { test: ['CMD', 'true'], interval: '1m30s', start_interval: '500ms' };
    expect(containerRequest(recipe({ healthcheck })).body.Healthcheck).toMatchObject({ Interval: 90e9, StartInterval: 5e8 });
    expect(containerRequest(recipe({ healthcheck }, { abilities: old })).body.Healthcheck).toMatchObject({
      StartInterval: undefined,
    });
  });

  test('systempaths=unconfined unmasks what the engine masks', () => {
    expect(host({ security_opt: ['systempaths=unconfined', 'no-new-privileges'] })).toMatchObject({
      SecurityOpt: ['no-new-privileges'],
      MaskedPaths: [],
      ReadonlyPaths: [],
    });
  });

  test('a seccomp profile is sent, not its path', () => {
    expect(host({ security_opt: ['seccomp=/p.json'] }, { seccompProfiles: { '/p.json': '{}' } }).SecurityOpt).toEqual([
      'seccomp={}',
    ]);
  });
});

test('native services are found at the host’s address, others at their host’s, unless the file says otherwise or the network is another’s', () => {
  const native = { hostServices: { api: 'host-gateway', db: '10.1.0.2' } };
  expect(host({}, native).ExtraHosts).toEqual(['api:host-gateway', 'db:10.1.0.2']);
  expect(host({ extra_hosts: ['db=10.0.0.7'] }, native).ExtraHosts).toEqual(['db:10.0.0.7', 'api:host-gateway']);
  expect(host({ network_mode: 'host', networks: undefined }, native).ExtraHosts).toBeUndefined();
  expect(host({}).ExtraHosts).toBeUndefined();
});
