// A volume whose configuration changed holds data: it is kept unless a person agrees to lose it, at a question or with --yes.

import type { View } from '#apply/change.ts';
import { divergedVolumes } from '#plan/volumes.ts';
import type { App } from './app.ts';
import { confirm } from './confirm.ts';

export class VolumeConsent {
  readonly #app: App;
  readonly #isAlwaysYes: boolean;
  readonly #agreed = new Set<string>();
  readonly #asked = new Set<string>();

  constructor(app: App, isAlwaysYes: boolean) {
    this.#app = app;
    this.#isAlwaysYes = isAlwaysYes;
  }

  /** Keys for UpOptions.recreateVolumes. */
  agreedIn({ project, observed }: Pick<View, 'project' | 'observed'>): readonly string[] {
    return divergedVolumes(project, observed)
      .map(({ key }) => key)
      .filter((key) => this.#isAlwaysYes || this.#agreed.has(key));
  }

  /** Asks for those that were not asked for yet; true when the plan stands as it is, false when it has to be made again. */
  async settle({ project, observed }: View): Promise<boolean> {
    const diverged = divergedVolumes(project, observed);
    if (diverged.length === 0 || this.#isAlwaysYes || !this.#app.terminal.canAsk) return true;
    let isUnchanged = true;
    for (const { key, name } of diverged) {
      if (this.#asked.has(key)) continue;
      this.#asked.add(key);
      const question = `Volume ${name} was made with another configuration. Make it anew and lose its data?`;
      if (!(await confirm(this.#app, question, '--yes agrees'))) continue;
      this.#agreed.add(key);
      isUnchanged = false;
    }
    return isUnchanged;
  }
}
