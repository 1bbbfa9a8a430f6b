import { expect, test } from 'vitest';
import type { ObservedReplica } from '#model/observed.ts';
import { renderPs } from './ps.ts';
import { replicaRow } from './replica-row.ts';

const web: ObservedReplica = {
  id: 'c6d6d086673b0b49e0d0afb75c9c353f38d46c9d8442a9a89210a35eb2fe4f6e',
  name: 'shop-web-1',
  runtime: 'docker',
  service: 'web',
  number: 1,
  oneOff: false,
  state: 'running',
  health: 'healthy',
  exitCode: null,
  createdAt: 1_795_228_481,
  image: 'shop/web:1',
  imageId: 'sha256:790977eadae4',
  configHash: '',
  musterHash: '',
  config: null,
  networks: ['shop_front', 'shop_back'],
  volumes: ['shop_data'],
  ports: [{ hostIp: '0.0.0.0', hostPort: 8080, target: 80, protocol: 'tcp' }],
  replaces: null,
  status: 'Up 2 seconds (healthy)',
  command: "sh -c 'while true; do sleep 1; done'",
  labels: { 'com.docker.compose.service': 'web', tier: 'front' },
};
const row = (truncate = true) => replicaRow(web, { project: 'shop', now: 1_795_228_484, truncate });

test('the table has the columns of docker compose ps', () => {
  expect(renderPs([row()], 'table')).toMatchInlineSnapshot(`
    "NAME         IMAGE        COMMAND                  SERVICE   CREATED         STATUS                   PORTS
    shop-web-1   shop/web:1   "sh -c 'while true; …"   web       3 seconds ago   Up 2 seconds (healthy)   0.0.0.0:8080->80/tcp
    "
  `);
  expect(renderPs([], 'table')).toBe('NAME      IMAGE     COMMAND   SERVICE   CREATED   STATUS    PORTS\n');
});

test('json is one object per line, with the members of docker compose ps', () => {
  expect(renderPs([row()], 'json')).toMatchInlineSnapshot(`
    "{"Command":"\\"sh -c 'while true; …\\"","CreatedAt":"2026-11-21 02:34:41 +0000 UTC","ExitCode":0,"Health":"healthy","ID":"c6d6d086673b","Image":"shop/web:1","Labels":"com.docker.compose.service=web,tier=front","LocalVolumes":"1","Mounts":"shop_data","Name":"shop-web-1","Names":"shop-web-1","Networks":"shop_front,shop_back","Ports":"0.0.0.0:8080->80/tcp","Project":"shop","Publishers":[{"URL":"0.0.0.0","TargetPort":80,"PublishedPort":8080,"Protocol":"tcp"}],"RunningFor":"3 seconds ago","Service":"web","Size":"0B","State":"running","Status":"Up 2 seconds (healthy)"}
    "
  `);
  expect(JSON.parse(renderPs([row(false)], 'json'))).toMatchObject({ ID: web.id, Command: JSON.stringify(web.command) });
});

test('a template prints its fields, and a header when it starts with table', () => {
  expect(renderPs([row()], 'table {{.Name}}\\t{{.ID}}\\t{{.ExitCode}}')).toMatchInlineSnapshot(`
    "NAME         CONTAINER ID   EXIT CODE
    shop-web-1   c6d6d086673b   0
    "
  `);
  expect(renderPs([row()], '{{.Name}}: {{upper .State}} {{json .Health}} {{.Label "tier"}}')).toBe(
    'shop-web-1: RUNNING "healthy" front\n',
  );
});

test('a template that is not understood says what is', () => {
  expect(() => renderPs([row()], '{{range .Ports}}x{{end}}')).toThrow(
    'the template {{range .Ports}} is more than muster understands',
  );
  expect(() => renderPs([row()], '{{.Nmae}}')).toThrow('the template names .Nmae, which is not there');
});
