import { expect, test } from 'vitest';
import { loadProject } from '#compose/load.ts';
import { MusterError } from '#lib/errors.ts';
import { caseEnvironment } from './cases.ts';
import { refusedFile, refusedFiles, refusedLines, refusedNames } from './refused.ts';

test.each(refusedLines)('a service with %s is refused', (line) => expectRefusal(refusedFile(line)));
test.each(refusedFiles)('the file %j is refused', (text) => expectRefusal(text));
test.each(refusedNames)('an application called "%s" is refused', (name) => expectRefusal(`name: "${name}"\nservices: {}\n`));

async function expectRefusal(text: string): Promise<void> {
  const options = { files: [], profiles: [], envFiles: [], environment: caseEnvironment, cwd: '/app', likeDockerCompose: true };
  const loading = loadProject(options, {
    read: () => text,
    kind: (path) => (path === '/app/compose.yaml' ? 'file' : 'missing'),
    realPath: (path) => path,
  });
  await expect(loading).rejects.toBeInstanceOf(MusterError);
}
