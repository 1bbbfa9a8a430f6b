import { expect, test } from 'vitest';
import { label } from '#model/labels.ts';
import { emptyProject } from '#model/empty-project.test-support.ts';
import { replicaLabels } from './labels.ts';

const project = emptyProject({
  composeFiles: ['/srv/blog/a.yaml', '/srv/blog/b.yaml'],
  envFiles: [],
  configHashes: { web: 'h1' },
});

const facts = {
  project,
  service: 'web',
  definition: {
    command: null,
    entrypoint: null,
    labels: { own: '1', [label.project]: 'spoofed' },
    environment: { PASSWORD: 'correct horse' },
    depends_on: {
      db: { condition: 'service_healthy', required: true, restart: true },
      cache: { condition: 'service_started', required: false },
    },
  },
  number: 2,
  imageId: 'sha256:1',
  configHash: 'h1',
  musterHash: 'v1:m',
  sources: {},
} as const;

test('a replica carries Docker Compose’s labels, ours, and the service’s own, which can’t take theirs', () => {
  const { [label.musterConfig]: config, ...labels } = replicaLabels(facts);
  expect(labels).toEqual({
    own: '1',
    'com.docker.compose.project': 'blog',
    'com.docker.compose.service': 'web',
    'com.docker.compose.container-number': '2',
    'com.docker.compose.oneoff': 'False',
    'com.docker.compose.config-hash': 'h1',
    'com.docker.compose.image': 'sha256:1',
    'com.docker.compose.project.working_dir': '/srv/blog',
    'com.docker.compose.project.config_files': '/srv/blog/a.yaml,/srv/blog/b.yaml',
    'com.docker.compose.depends_on': 'cache:service_started:false,db:service_healthy:true',
    'com.docker.compose.version': '2.40.3',
    'dev.muster.config-hash': 'v1:m',
  });
  expect(config).toContain('PASSWORD');
  expect(config).not.toContain('correct horse');
});

test('a one-off has a slug and no number', () => {
  const labels = replicaLabels({ ...facts, number: null, slug: 'abc', extra: { mine: 'x' } });
  expect(labels).toMatchObject({ 'com.docker.compose.oneoff': 'True', 'com.docker.compose.slug': 'abc', mine: 'x' });
  expect(labels[label.number]).toBeUndefined();
});

test('env files that were asked for are named', () => {
  expect(replicaLabels(facts)[label.environmentFile]).toBeUndefined();
  const asked = replicaLabels({ ...facts, project: { ...project, envFiles: ['/srv/blog/prod.env'] } });
  expect(asked[label.environmentFile]).toBe('/srv/blog/prod.env');
});
