// Labels on containers, networks and volumes: the source of truth for what exists. The com.docker.compose.* ones are Docker
// Compose's own, so that each tool sees the other's projects; muster's own facts go under dev.muster.*.

export const label = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  oneOff: 'com.docker.compose.oneoff',
  slug: 'com.docker.compose.slug',
  configHash: 'com.docker.compose.config-hash',
  image: 'com.docker.compose.image',
  imageBuilder: 'com.docker.compose.image.builder',
  workingDir: 'com.docker.compose.project.working_dir',
  configFiles: 'com.docker.compose.project.config_files',
  environmentFile: 'com.docker.compose.project.environment_file',
  dependsOn: 'com.docker.compose.depends_on',
  replace: 'com.docker.compose.replace',
  network: 'com.docker.compose.network',
  volume: 'com.docker.compose.volume',
  version: 'com.docker.compose.version',
  /** muster's hash of everything a replica depends on. */
  musterHash: 'dev.muster.config-hash',
  /** The service as it was, canonical JSON with environment values replaced by digests; for field-level diffs. */
  musterConfig: 'dev.muster.config',
  /** On native replicas: the ports that it was given, `127.0.0.1:8080->80/tcp`, its volumes by name, and where its staged files are. */
  musterPorts: 'dev.muster.ports',
  musterVolumes: 'dev.muster.volumes',
  musterDirectory: 'dev.muster.directory',
} as const;
