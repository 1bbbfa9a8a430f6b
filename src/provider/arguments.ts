import { MusterError } from '#lib/errors.ts';
import type { ProviderCall } from '#model/provided.ts';
import type { Parameter, Verb } from './metadata.ts';

/**
 * Options become flags, one per value; of a program that says what it takes, only those. By the protocol they are arguments of a program:
 * who may list this machine's processes sees them. `parameters` null: it does not say.
 */
export function providerArguments(
  verb: Verb,
  { project, service, provider }: Pick<ProviderCall, 'project' | 'service' | 'provider'>,
  parameters: readonly Parameter[] | null,
): string[] {
  const { type, options = {} } = provider;
  const missing = parameters?.find(({ name, required }) => required && !Object.hasOwn(options, name));
  if (missing !== undefined)
    throw new MusterError(
      'PROVIDER_FAILED',
      `service ${service}: provider.options lacks "${missing.name}", which ${type} needs`,
      {
        hint: `add it; ${type} compose metadata lists all`,
      },
    );
  const names = Object.keys(options)
    .filter((name) => parameters === null || parameters.some((parameter) => parameter.name === name))
    .sort();
  const flags = names.flatMap((name) => (options[name] ?? []).map((value) => `--${name}=${value}`));
  return ['compose', `--project-name=${project}`, verb, ...flags, service];
}
