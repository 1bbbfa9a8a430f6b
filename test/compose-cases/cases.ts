// Our own Compose files, with Docker Compose's answers recorded beside them (record.ts), so that the tests need no Docker Compose.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { configText, hashLines, imageNames, profileNames, rawConfigText, variablesIn } from '#compose/config-output.ts';
import { loadProject, loadRawModel, type LoadOptions } from '#compose/load.ts';
import { variablesText } from '#compose/variables-output.ts';

export const expectedFile = 'expected.json';
export const caseEnvironment = { PATH: '/usr/bin', HOME: '/home/someone', DOCKER_HOST: 'unix:///nowhere.sock' } as const;

const root = join(import.meta.dirname, 'cases');

export function caseNames(): string[] {
  return readdirSync(root).sort();
}

export function caseFolder(name: string): string {
  return join(root, name);
}

/** The case's folder is another one on every machine. Hashes of services with absolute paths are not recorded. */
export function neutral(text: string, folder: string): string {
  return text.replaceAll(folder, '$CASE');
}

type Question = { readonly args: readonly string[]; readonly ask: (options: LoadOptions) => Promise<string> };

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

export const questions: Readonly<Record<string, Question>> = {
  yaml: { args: ['config'], ask: async (options) => configText(await loadProject(options), 'yaml') },
  json: { args: ['config', '--format', 'json'], ask: async (options) => configText(await loadProject(options), 'json') },
  'all profiles': {
    args: ['--profile', '*', 'config'],
    ask: async (options) => configText(await loadProject({ ...options, profiles: ['*'] }), 'yaml'),
  },
  'all resources': {
    args: ['--all-resources', 'config'],
    ask: async (options) => configText(await loadProject({ ...options, allResources: true }), 'yaml'),
  },
  'no interpolation': {
    args: ['config', '--no-interpolate'],
    ask: async (options) => rawConfigText((await loadRawModel({ ...options, interpolate: false })).model, 'yaml'),
  },
  'no normal form': {
    args: ['config', '--no-normalize', '--no-consistency'],
    ask: async (options) => configText(await loadProject({ ...options, normalize: false, checkConsistency: false }), 'yaml'),
  },
  'no path resolution': {
    args: ['config', '--no-path-resolution'],
    ask: async (options) => configText(await loadProject({ ...options, resolvePaths: false }), 'yaml'),
  },
  profiles: { args: ['config', '--profiles'], ask: async (options) => lines(profileNames(await loadProject(options))) },
  variables: {
    args: ['config', '--variables', '--format', 'json'],
    ask: async (options) => variablesText(variablesIn((await loadRawModel({ ...options, interpolate: false })).model), 'json'),
  },
  images: {
    args: ['config', '--images'],
    ask: async (options) => lines(imageNames(await loadProject(options)).sort()),
  },
  hash: {
    // Paths are part of a service's hash, so it is recorded without their resolution.
    args: ['config', '--no-path-resolution', '--hash', '*'],
    ask: async (options) =>
      lines(hashLines(await loadProject({ ...options, resolvePaths: false, resolveEnvironment: false }), [])),
  },
};
