import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LoadOptions } from '#compose/load.ts';
import { caseEnvironment, caseFolder, caseNames, expectedFile, neutral, questions } from './cases.ts';

describe.each(caseNames())('%s', (name) => {
  const cwd = caseFolder(name);
  const expected = JSON.parse(readFileSync(join(cwd, expectedFile), 'utf8')) as Readonly<Record<string, string>>;
  const options: LoadOptions = {
    files: [],
    profiles: [],
    envFiles: [],
    environment: caseEnvironment,
    cwd,
    likeDockerCompose: true,
  };

  test.each(Object.keys(questions))('answers as Docker Compose does: %s', async (question) => {
    const answer = neutral((await questions[question]?.ask(options)) ?? '', cwd);
    const wanted = expected[question] ?? '';
    // Docker Compose lists images in no order.
    expect(question === 'images' ? sorted(answer) : answer).toBe(question === 'images' ? sorted(wanted) : wanted);
  });
});

const sorted = (text: string): string => text.split('\n').sort().join('\n');
