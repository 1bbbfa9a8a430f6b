import { expect, test } from 'vitest';
import { checkBaseForms } from './base-forms.ts';
import { parseYaml } from './yaml.ts';
import type { Mapping } from './tree.ts';

const problemsOf = (service: string): string[] => {
  const [document] = parseYaml({ name: 'base.yaml', text: `services:\n  base: ${service}\n` });
  return checkBaseForms(document?.value as Mapping).map(({ message }) => message);
};

test.each([
  '{ build: null }',
  '{ build: [] }',
  '{ build: { ssh: x } }',
  '{ volumes: [[]] }',
  '{ devices: [1] }',
  '{ depends_on: x }',
  '{ env_file: true }',
  '{ gpus: {} }',
  '{ ports: {} }',
  '{ extends: null }',
  '{ build: { secrets: [null] } }',
  '{ depends_on: { a: x } }',
  '{ depends_on: { a: null } }',
  '{ depends_on: [1] }',
  '{ label_file: [null] }',
  '{ label_file: [[1]] }',
  '{ label_file: { a: {} } }',
  '{ develop: { watch: [{ path: null }] } }',
])('a base that is %s is refused, although nobody extends it', (service) => expect(problemsOf(service)).toHaveLength(1));

test.each([
  '{ build: x }',
  '{ volumes: [x, { type: bind }] }',
  '{ depends_on: [x], env_file: {}, gpus: all, networks: 5 }',
  '{ depends_on: { a: {} }, label_file: [[]] }',
  '{ label_file: 1 }',
])('a base that is %s is left to the schema, once it is extended', (service) => expect(problemsOf(service)).toEqual([]));
