// Takes away whatever carries a project's label, by the engine's own API: tests that failed leave nothing behind.

import { ask, chosenEndpoint } from '../../tools/parts/engine-api.ts';

export async function removeProjects(projects: readonly string[], endpoint = chosenEndpoint()): Promise<void> {
  for (const project of projects) {
    const filter = `filters=${encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${project}`] }))}`;
    const listed = async <Answer>(path: string): Promise<Answer> =>
      JSON.parse((await ask(endpoint, 'GET', `${path}${filter}`)).body) as Answer;
    const [containers, networks, { Volumes: volumes }] = await Promise.all([
      listed<readonly { readonly Id: string }[]>('/containers/json?all=1&'),
      listed<readonly { readonly Id: string }[]>('/networks?'),
      listed<{ readonly Volumes: readonly { readonly Name: string }[] | null }>('/volumes?'),
    ]);
    const remove = (path: string): Promise<unknown> => ask(endpoint, 'DELETE', path);
    await Promise.all(containers.map(({ Id }) => remove(`/containers/${Id}?force=1&v=1`)));
    await Promise.all(networks.map(({ Id }) => remove(`/networks/${Id}`)));
    await Promise.all((volumes ?? []).map(({ Name }) => remove(`/volumes/${Name}?force=1`)));
  }
}
