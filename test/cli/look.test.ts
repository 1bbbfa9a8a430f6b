// What the commands that look print, on a real engine. Ids, times and ports of the engine's choice are made equal first.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Finished, type Folder, folderWith } from '../support/muster.ts';

let folder: Folder;
beforeAll(async () => {
  await ensureBusyboxImage();
  folder = await folderWith(`
services:
  job:
    image: ${busyboxImage}
    command: sh -c 'echo job done; exit 3'
  web:
    image: ${busyboxImage}
    command: sh -c 'echo ready; exec sleep 1000'
    stop_signal: KILL
    ports: ["127.0.0.1::80"]
    deploy: { replicas: 2 }
`);
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0, stdout: '' });
  while ((await folder.muster('ps', '-q', '--status', 'exited')).stdout === '');
  while ((await folder.muster('logs')).stdout.match(/ready$/gm)?.length !== 2);
});
afterAll(() => folder.cleanUp());

/** The answer without what differs from run to run. */
function steady({ code, stdout, stderr }: Finished): string {
  const text = `${stdout}${stderr}`
    .replaceAll(folder.path, '/FOLDER')
    .replaceAll(folder.project, 'shop')
    .replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:DIGEST')
    .replaceAll(/\b[0-9a-f]{64}\b/g, 'ID')
    .replaceAll(/\b[0-9a-f]{12}\b/g, 'SHORTIDSHORT')
    .replaceAll(/127\.0\.0\.1:\d{5}/g, '127.0.0.1:PORTS')
    .replaceAll(/(Less than a second|About an? \w+|\d+ (second|minute|hour|day|week|month)s?)( ago)?/g, 'SOME TIME')
    .replaceAll(/linux\/\w+/g, 'PLATFORM')
    .replaceAll(/\b[\d.]+MB\b/g, 'SIZE')
    .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| \+0000 UTC)?/g, 'TIME')
    .replaceAll(/ +$/gm, '');
  return `${text}[${code}]`;
}

/** Columns are as wide as what stands in them, and some of that differs. */
const squeezed = (text: string): string => text.replaceAll(/ {2,}/g, '  ');

test('ps lists what runs, -a the rest too', async () => {
  expect(squeezed(steady(await folder.muster('ps')))).toMatchInlineSnapshot(`
    "NAME  IMAGE  COMMAND  SERVICE  CREATED  STATUS  PORTS
    shop-web-1  muster-test/busybox:1  "sh -c 'echo ready; …"  web  SOME TIME  Up SOME TIME  127.0.0.1:PORTS->80/tcp
    shop-web-2  muster-test/busybox:1  "sh -c 'echo ready; …"  web  SOME TIME  Up SOME TIME  127.0.0.1:PORTS->80/tcp
    [0]"
  `);
  expect(squeezed(steady(await folder.muster('ps', '-a', 'job')))).toMatchInlineSnapshot(`
    "NAME  IMAGE  COMMAND  SERVICE  CREATED  STATUS  PORTS
    shop-job-1  muster-test/busybox:1  "sh -c 'echo job don…"  job  SOME TIME  Exited (3) SOME TIME
    [0]"
  `);
});

test('ps prints ids, services and templates', async () => {
  expect(steady(await folder.muster('ps', '-q'))).toMatchInlineSnapshot(`
    "ID
    ID
    [0]"
  `);
  expect(steady(await folder.muster('ps', '--services', '-a'))).toMatchInlineSnapshot(`
    "job
    web
    [0]"
  `);
  expect(steady(await folder.muster('ps', '--format', String.raw`table {{.Service}}\t{{.State}}\t{{.ExitCode}}`, '-a')))
    .toMatchInlineSnapshot(`
    "SERVICE   STATE     EXIT CODE
    job       exited    3
    web       running   0
    web       running   0
    [0]"
  `);
  expect(steady(await folder.muster('ps', '--status', 'exited', '--format', '{{.Service}}={{.ExitCode}}')))
    .toMatchInlineSnapshot(`
    "job=3
    [0]"
  `);
});

test('ps of an unknown service names the nearest', async () => {
  expect(steady(await folder.muster('ps', 'wbe'))).toMatchInlineSnapshot(`
    "muster: no such service: wbe
      hint: did you mean "web"? services are: job, web
      code: UNKNOWN_SERVICE
    [1]"
  `);
});

test('ls, images and port', async () => {
  const listed = await folder.muster('ls', '-a', '--filter', `name=${folder.project}`);
  expect(squeezed(steady(listed))).toMatchInlineSnapshot(`
    "NAME  STATUS  CONFIG FILES
    shop  exited(1), running(2)  /FOLDER/compose.yaml
    [0]"
  `);
  expect(JSON.parse((await folder.muster('ls', '-a', '--format', 'json', '--filter', `name=${folder.project}`)).stdout)).toEqual([
    { Name: folder.project, Status: 'exited(1), running(2)', ConfigFiles: `${folder.path}/compose.yaml` },
  ]);
  expect(squeezed(steady(await folder.muster('images', 'web')))).toMatchInlineSnapshot(`
    "CONTAINER  REPOSITORY  TAG  PLATFORM  IMAGE ID  SIZE  CREATED
    shop-web-1  muster-test/busybox  1  PLATFORM  SHORTIDSHORT  SIZE  SOME TIME
    shop-web-2  muster-test/busybox  1  PLATFORM  SHORTIDSHORT  SIZE  SOME TIME
    [0]"
  `);
  expect(steady(await folder.muster('port', 'web', '80'))).toMatchInlineSnapshot(`
    "127.0.0.1:PORTS
    [0]"
  `);
  expect(squeezed(steady(await folder.muster('port', 'web', '81')))).toMatchInlineSnapshot(`
    "muster: shop-web-1 does not publish port 81/tcp
      hint: it has: 127.0.0.1:PORTS->80/tcp
      code: BAD_ARGUMENT
    [1]"
  `);
});

test('logs have aligned prefixes and stand in the order of time', async () => {
  const { stdout, code } = await folder.muster('logs');
  expect(code).toBe(0);
  expect(stdout.split('\n').sort().join('\n')).toMatchInlineSnapshot(`
    "
    job-1  | job done
    web-1  | ready
    web-2  | ready"
  `);
  const times = (await folder.muster('logs', '-t', '--no-log-prefix')).stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.slice(0, 30));
  expect(times).toEqual([...times].sort());
  expect((await folder.muster('logs', '--index', '2', '--no-log-prefix', 'web')).stdout).toBe('ready\n');
  expect((await folder.muster('logs', '--index', '0', '--no-log-prefix', 'web')).stdout).toBe('ready\nready\n');
  const absent = await folder.muster('logs', '--index', '3', 'web');
  expect(absent).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('service web has no replica 3') as string,
  });
  expect((await folder.muster('logs', '--tail', '0')).stdout).toBe('');
});

test('logs -f prints what comes, and Ctrl-C ends it with 130', async () => {
  const following = folder.start(['logs', '-f', '--tail', '0', 'web']);
  // Again and again, since nothing tells when it has begun to listen.
  while (!/web-1 {2}\| something new/.test(following.output().stdout))
    await folder.muster('exec', '-T', 'web', 'sh', '-c', 'echo something new > /proc/1/fd/1');
  following.child.kill('SIGINT');
  expect((await following.finished).code).toBe(130);
});

test('events tell what happened, as text and as Docker Compose’s JSON', async () => {
  // The engine remembers its last 256 events only, and other tests make theirs: these have to be fresh.
  await folder.muster('start', 'job');
  const [text, json] = await Promise.all([
    folder.muster('events', '--since', '1m', '--until', '0s', 'job'),
    folder.muster('events', '--json', '--since', '1m', '--until', '0s', 'job'),
  ]);
  expect(steady(text)).toContain(`TIME container start ID (image=${busyboxImage}, name=`);
  const lines = json.stdout.split('\n').filter(Boolean);
  expect(lines.map((line) => JSON.parse(line) as Record<string, unknown>)).toContainEqual(
    expect.objectContaining({
      action: 'start',
      service: 'job',
      type: 'container',
      attributes: expect.objectContaining({ image: busyboxImage }),
    }),
  );
});

test('a service that can not be entered says its state and the command that helps', async () => {
  expect(steady(await folder.muster('exec', 'job', 'sh'))).toMatchInlineSnapshot(`
    "muster: service job is exited (3)
      hint: see why: muster logs job; start it again: muster start job
      code: REPLICA_NOT_RUNNING
    [1]"
  `);
  expect(steady(await folder.muster('exec', '--index', '3', 'web', 'sh'))).toMatchInlineSnapshot(`
    "muster: service web has no replica 3
      hint: it has: 1, 2
      code: REPLICA_NOT_FOUND
    [1]"
  `);
});

test('plan says what up would do and why; --detailed-exitcode tells scripts', async () => {
  expect(steady(await folder.muster('plan', '--detailed-exitcode'))).toMatchInlineSnapshot(`
    "~   #1 service:job:1, start-replica, it has exited (3)
    1 to start, 2 unchanged
    plan sha256:DIGEST
    [2]"
  `);
  expect(steady(await folder.muster('plan', 'stop', 'web'))).toMatchInlineSnapshot(`
    "~   #1 service:web:1, stop-replica, stop was asked for
    ~   #2 service:web:2, stop-replica, stop was asked for
    2 to stop
    plan sha256:DIGEST
    [0]"
  `);
  expect(steady(await folder.muster('--dry-run', 'down', '-t', '3'))).toMatchInlineSnapshot(`
    "~   #1 service:web:1, stop-replica 3s, down was asked for
    -   #2 service:web:1, remove-replica, down was asked for (after #1)
    ~   #3 service:web:2, stop-replica 3s, down was asked for
    -   #4 service:web:2, remove-replica, down was asked for (after #3)
    -   #5 service:job:1, remove-replica, down was asked for
    -   #6 network:default, remove-network, down was asked for (after #2, #4, #5)
    4 to remove
    plan sha256:DIGEST
    [0]"
  `);
  const asData = JSON.parse((await folder.muster('plan', 'down', '--format', 'json')).stdout) as Record<string, unknown>;
  expect(asData).toMatchObject({ schemaVersion: 1, verb: 'down', digest: expect.stringMatching(/^sha256:/) });
});

test('a command that changes something says so on standard error, and again only that there is nothing to do', async () => {
  expect(steady(await folder.muster('scale', 'web=2'))).toMatchInlineSnapshot(`
    "Nothing to do: 2 up to date
    [0]"
  `);
  expect(steady(await folder.muster('--progress', 'quiet', 'stop', '-t', '0', 'job'))).toMatchInlineSnapshot(`"[0]"`);
  const { stderr } = await folder.muster('--progress', 'json', 'restart', '-t', '0', 'web');
  const [first] = stderr.split('\n').map((line) => line && (JSON.parse(line) as unknown));
  expect(first).toMatchObject({ id: expect.stringMatching(/^Container .*-web-\d$/), status: 'Restarting', event: 'started' });
});

test('COMPOSE_STATUS_STDOUT moves progress to standard output', async () => {
  const { stdout, stderr } = await folder.start(['restart', '-t', '0', 'web'], { env: { COMPOSE_STATUS_STDOUT: '1' } }).finished;
  expect(stderr).toBe('');
  expect(stdout).toContain('Restarting');
});

test('rm asks, and without a terminal says how to answer', async () => {
  expect(steady(await folder.muster('rm', 'job'))).toMatchInlineSnapshot(`
    "muster: Remove shop-job-1? There is no terminal to ask at
      hint: rm -f removes without asking
      code: BAD_ARGUMENT
    [1]"
  `);
});

test('rm takes an answer that is piped in, and anything but yes keeps the replica', async () => {
  const rm = (input: string): Promise<Finished> => folder.start(['rm', 'job'], { input }).finished;
  const jobs = async (): Promise<string> => (await folder.muster('ps', '-aq', 'job')).stdout;
  expect(await rm('n\n')).toMatchObject({ code: 0 });
  expect(await jobs()).not.toBe('');
  expect(await rm('y\n')).toMatchObject({ code: 0 });
  expect(await jobs()).toBe('');
  expect(await folder.muster('up', '-d', 'job')).toMatchObject({ code: 0 });
});

test('receipts are listed, shown and verified', async () => {
  const list = JSON.parse((await folder.muster('receipts', '--format', 'json')).stdout) as object[];
  expect(list[0]).toMatchObject({ verb: 'up', command: 'up --detach' });
  expect(steady(await folder.muster('receipts', 'show', '1'))).toContain('create-replica, no existing replica: done');
  expect(steady(await folder.muster('receipts', 'verify'))).toMatch(/^\d+ receipts of project shop: the chain holds/);
  expect(squeezed(steady(await folder.muster('receipts', 'show', '99'))).replace(/one is \d+/, 'one is N'))
    .toMatchInlineSnapshot(`
      "muster: project shop has no receipt 99
        hint: the last one is N: muster receipts list
        code: RECEIPT_NOT_FOUND
      [1]"
    `);
});

test('a file that is broken does not hide what runs', async () => {
  await folder.write('broken.yaml', 'services:\n  web: [\n');
  const broken = ['-f', 'broken.yaml', '-p', folder.project];
  expect((await folder.muster(...broken, 'ps', '--services')).stdout).toBe('web\n');
  expect((await folder.muster(...broken, 'logs', '--no-log-prefix', '-n', '1', 'job')).stdout).toBe('job done\n');
  const stop = await folder.muster(...broken, 'stop', '-t', '0', 'web');
  expect(stop.code).toBe(0);
  expect(stop.stderr).toMatch(/^muster: warning: going on without the Compose file: /);
  expect((await folder.muster(...broken, 'start', 'web')).code).toBe(0);
});
