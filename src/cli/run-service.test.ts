import { expect, test } from 'vitest';
import type { Project } from '#model/project.ts';
import type { App } from './app.ts';
import { runFlags } from './commands/run.ts';
import type { FlagValues } from './flag-types.ts';
import { parseFlags } from './flags.ts';
import { serviceToRun } from './run-service.ts';

const project = {
  services: {
    web: {
      command: null,
      entrypoint: null,
      ports: [{ target: 80, published: '8080' }],
      volumes: [{ type: 'volume', source: 'data', target: '/data' }],
      cap_add: ['NET_ADMIN'],
    },
  },
  disabledServices: {},
} as unknown as Project;
const app = { cwd: '/work', environment: { HOME: '/home/me' } } as unknown as App;

function toRun(line: string) {
  const { values } = parseFlags(line.split(' ').filter(Boolean), { command: 'muster run', flags: runFlags, interspersed: false });
  return serviceToRun(app, project, 'web', values as FlagValues<typeof runFlags>);
}

test('the service’s ports are published only when asked for, beside those of the flags', () => {
  expect(toRun('').ports).toEqual([]);
  expect(toRun('-P -p 9000:90').ports?.map((port) => port.target)).toEqual([80, 90]);
  expect(toRun('-p 127.0.0.1:9000:90/udp').ports).toMatchObject([
    { host_ip: '127.0.0.1', published: '9000', target: 90, protocol: 'udp' },
  ]);
});

test('a mount of the flags takes the place of the file’s at the same target; paths are those of this folder', () => {
  expect(toRun('-v ./here:/data -v ~/x:/x:ro').volumes).toMatchObject([
    { type: 'bind', source: '/work/here', target: '/data' },
    { type: 'bind', source: '/home/me/x', target: '/x', read_only: true },
  ]);
});

test('capabilities add up', () => {
  expect(toRun('--cap-add SYS_TIME --cap-drop ALL')).toMatchObject({ cap_add: ['NET_ADMIN', 'SYS_TIME'], cap_drop: ['ALL'] });
});

test('what can not be understood is refused with its flag', () => {
  expect(() => toRun('-p 80:http')).toThrow(/invalid value "80:http" for -p, --publish/);
  expect(() => serviceToRun(app, project, 'wbe', {} as FlagValues<typeof runFlags>)).toThrow('no such service: wbe');
});
