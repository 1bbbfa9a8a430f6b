import { refusalOf } from '#engine/engine.ts';
import { MusterError } from '#lib/errors.ts';
import { label } from '#model/labels.ts';
import { builtImageName } from '#model/names.ts';
import type { Step } from '#model/plan.ts';
import type { Build, Project } from '#model/project.ts';
import type { PerformContext, StepOutcome } from '../../runtime.ts';
import { composeVersion } from '../../labels.ts';
import type { DockerSetting } from '../setting.ts';
import { explained } from './refusal.ts';

export async function pullImageStep(setting: DockerSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const { service, reference } = imageOf(step);
  const { signal, progress, project } = context;
  const { pullImage } = await import('#image/pull.ts');
  const platform = (project.services[service] ?? project.disabledServices[service])?.platform;
  try {
    const { imageId } = await pullImage(setting.engine, reference, {
      platform,
      signal,
      progress,
      environment: setting.environment,
    });
    setting.memory.noteImage(reference, imageId);
    return { imageId };
  } catch (error) {
    if (step.options.ignoreFailure !== true || !(error instanceof MusterError) || error.code !== 'IMAGE_PULL_FAILED') throw error;
    return { warning: error.message };
  }
}

export async function buildImageStep(setting: DockerSetting, step: Step, context: PerformContext): Promise<StepOutcome> {
  const { service, reference } = imageOf(step);
  const { project, signal, output, progress } = context;
  const definition = project.services[service] ?? project.disabledServices[service];
  if (definition?.build === undefined) throw new MusterError('BUILD_INPUT', `service ${service} has no build section`);
  const { buildImage } = await import('#image/build.ts');
  const { readBuildSecrets } = await import('#image/build-secrets.ts');
  const build = withImagesOfServices(definition.build, project);
  const { imageId, warnings } = await buildImage(
    setting.engine,
    {
      service,
      build,
      secrets: await readBuildSecrets(build, project, service),
      tag: reference,
      labels: { [label.project]: project.name, [label.service]: service, [label.version]: composeVersion },
      noCache: step.options.noCache,
      pull: step.options.pull,
      platform: definition.platform,
    },
    { signal, output, progress, environment: setting.environment },
  );
  setting.memory.noteImage(reference, imageId);
  return { imageId, ...(warnings.length > 0 ? { warning: warnings.join('; ') } : {}) };
}

/** `service:base` is the image that the service has by now: the plan has it built first. */
function withImagesOfServices(build: Build, project: Project): Build {
  if (build.additional_contexts === undefined) return build;
  const contexts = Object.entries(build.additional_contexts).map(([name, context]) => {
    if (!context.startsWith('service:')) return [name, context];
    const other = context.slice('service:'.length);
    const definition = project.services[other] ?? project.disabledServices[other];
    return [name, `docker-image://${definition?.image ?? builtImageName(project.name, other)}`];
  });
  return { ...build, additional_contexts: Object.fromEntries(contexts) as Readonly<Record<string, string>> };
}

export async function removeImageStep(setting: DockerSetting, step: Step, { signal }: PerformContext): Promise<StepOutcome> {
  const { reference } = imageOf(step);
  const { inspectImage, removeImage } = await import('#image/local-images.ts');
  if (step.options.onlyUnnamed === true) {
    const image = await inspectImage(setting.engine, reference, signal);
    if (image === null || (image.RepoTags ?? []).length > 0) return {};
  }
  setting.memory.noteImage(reference, null);
  try {
    await explained(setting, { doing: `remove image ${reference}` }, () => removeImage(setting.engine, reference, { signal }));
    return {};
  } catch (error) {
    if (refusalOf(error)?.status !== 409) throw error;
    return { warning: `image ${reference} is still in use, so it stays` };
  }
}

function imageOf({ subject, id }: Step): { readonly service: string; readonly reference: string } {
  if (subject.type !== 'image') throw new Error(`step ${id} is not about an image`);
  return subject;
}
