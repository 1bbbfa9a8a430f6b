import { expect, test } from 'vitest';
import { configText } from '#compose/config-output.ts';
import { loadProject, type LoadOptions } from '#compose/load.ts';
import { diskReader } from '#compose/read.ts';
import type { Project } from '#model/project.ts';
import { caseEnvironment, caseFolder, caseNames } from './cases.ts';

// One has an integer that only YAML can hold, the other is printed by Docker Compose in a way that it does not read itself.
const names = caseNames().filter((name) => !['text-styles', 'odd-values'].includes(name));

// YAML itself does not always come back as it was: Docker Compose's output has its quirks. TOML must do as well, no better and no worse.
test.each(names)('%s: what config prints as TOML is read as what it prints as YAML', async (name) => {
  const cwd = caseFolder(name);
  const options: LoadOptions = { files: [], profiles: ['*'], envFiles: [], environment: caseEnvironment, cwd };
  const project = await loadProject(options);

  const reload = async (format: 'yaml' | 'toml'): Promise<Project> => {
    const path = `${cwd}/again.${format}`;
    const text = configText(project, format);
    const reader = { ...diskReader, read: (other: string) => (other === path ? text : diskReader.read(other)) };
    return loadProject({ ...options, files: [path], projectDirectory: project.workingDir }, reader);
  };
  const [yaml, toml] = [await reload('yaml'), await reload('toml')];
  expect(configText(toml, 'yaml')).toBe(configText(yaml, 'yaml'));
  expect(toml.configHashes).toEqual(yaml.configHashes);
});
