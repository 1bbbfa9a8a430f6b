// `npm test`: everything, from scratch. Ends with one line, "N passed, N failed".

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peerCompose } from '../test/support/parts/peer-compose.ts';
import { checks, passes } from './check.ts';
import { busyboxPath } from './parts/base-images.ts';
import { ensurePrograms } from './parts/debian.ts';
import { ensureEngine } from './parts/engine.ts';
import { run } from './parts/run.ts';
import { type Totals, add, totalsOf } from './tests/totals.ts';

process.exitCode = await testEverything();

async function testEverything(): Promise<number> {
  let totals: Totals = { passed: 0, failed: 0 };
  for (const check of checks) if (check.name !== 'unit tests') totals = add(totals, one(await passes(check)));
  totals = add(totals, await vitest('unit'));
  const ready = await getParts();
  totals = add(totals, one(ready));
  // Without its parts every scenario fails in its own way and says nothing new.
  if (ready) totals = add(totals, await vitest('scenarios'));
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1;
}

function one(isGood: boolean): Totals {
  return { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1 };
}

/** An engine, the programs that scenarios run, and Docker Compose to compare with. */
async function getParts(): Promise<boolean> {
  try {
    const engine = await ensureEngine((line) => console.log(`${line} …`));
    console.log(`engine at ${engine.endpoint}`);
    await ensurePrograms(
      {
        busybox: 'busybox-static',
        sshd: 'openssh-server',
        ssh: 'openssh-client',
        sudo: 'sudo',
        openssl: 'openssl',
        unshare: 'util-linux',
        'docker-registry': 'docker-registry',
        git: 'git',
      },
      'by the scenarios',
    );
    console.log(`busybox ${await busyboxPath()}, Docker Compose ${await peerCompose()}`);
    return true;
  } catch (error) {
    console.error(`parts are missing: ${(error as Error).message}`);
    return false;
  }
}

async function vitest(project: string): Promise<Totals> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-test-'));
  try {
    const report = join(folder, 'report.json');
    const reporters = ['--reporter', 'default', '--reporter', 'json', `--outputFile.json=${report}`];
    const { code } = await run('vitest', ['run', '--project', project, ...reporters], { output: 'show' });
    return totalsOf(await readFile(report, 'utf8').catch(() => ''), code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
