// Images pinned to digests: what `config --resolve-image-digests` and `--lock-image-digests` print.

import type { Project, Service } from '#model/project.ts';
import { isMapping, newMapping, type Mapping } from './tree.ts';

/** Every reference that the services name. */
export function imagesIn(project: Project): string[] {
  return Object.values(project.services).flatMap(({ image }) => (image === undefined ? [] : [image]));
}

export function imagesInModel(model: Mapping): string[] {
  return servicesIn(model).flatMap(({ image }) => (typeof image === 'string' ? [image] : []));
}

export function withImages(project: Project, digests: ReadonlyMap<string, string>): Project {
  return mapServices(project, (service) =>
    service.image === undefined ? service : { ...service, image: digests.get(service.image) ?? service.image },
  );
}

export function setImagesInModel(model: Mapping, digests: ReadonlyMap<string, string>): void {
  for (const service of servicesIn(model)) {
    const { image } = service;
    if (typeof image === 'string') service['image'] = digests.get(image) ?? image;
  }
}

/** An override file: every service with its image, and nothing else. */
export function imagesOnly(project: Project): Project {
  const none = {};
  return {
    ...mapServices(project, ({ image }) => ({ command: null, entrypoint: null, ...(image === undefined ? {} : { image }) })),
    name: '',
    networks: none,
    volumes: none,
    secrets: none,
    configs: none,
    models: none,
    extensions: none,
  };
}

export function imagesOnlyModel(model: Mapping): Mapping {
  const services = newMapping();
  for (const [name, service] of Object.entries(isMapping(model['services']) ? model['services'] : {})) {
    const image = isMapping(service) ? service['image'] : undefined;
    services[name] = Object.assign(newMapping(), image === undefined ? {} : { image });
  }
  return Object.assign(newMapping(), { services });
}

function servicesIn({ services }: Mapping): Mapping[] {
  return isMapping(services) ? Object.values(services).filter(isMapping) : [];
}

function mapServices(project: Project, change: (service: Service) => Service): Project {
  const services = Object.entries(project.services).map(([name, service]) => [name, change(service)] as const);
  return { ...project, services: Object.fromEntries(services) };
}
