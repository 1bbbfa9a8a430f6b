// Records what Docker Compose prints for the cases: node test/compose-cases/record.ts /path/to/docker-compose

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { caseFolder, caseNames, caseEnvironment, expectedFile, neutral, questions } from './cases.ts';
import { refusedFile, refusedFiles, refusedLines, refusedNames } from './refused.ts';

const peer = process.argv[2] ?? 'docker-compose';
for (const name of caseNames()) {
  const cwd = caseFolder(name);
  const answers: Record<string, string> = {};
  for (const [question, { args }] of Object.entries(questions)) {
    const { status, stdout, stderr } = spawnSync(peer, [...args], { cwd, env: { ...caseEnvironment }, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${name}, ${question}: ${stderr}`);
    answers[question] = neutral(stdout, cwd);
  }
  writeFileSync(join(cwd, expectedFile), `${JSON.stringify(answers, null, 2)}\n`);
  console.log(name);
}

const folder = mkdtempSync(join(tmpdir(), 'record-'));
for (const text of [
  ...refusedFiles,
  ...refusedLines.map(refusedFile),
  ...refusedNames.map((name) => `name: "${name}"\nservices: {}\n`),
]) {
  writeFileSync(join(folder, 'compose.yaml'), text);
  const { status } = spawnSync(peer, ['config'], { cwd: folder, env: { ...caseEnvironment }, encoding: 'utf8' });
  if (status === 0) throw new Error(`Docker Compose accepts this:\n${text}`);
}
rmSync(folder, { recursive: true });
