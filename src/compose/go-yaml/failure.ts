/** The text stops being YAML at `at`. */
export class YamlFailure extends Error {
  readonly at: number;
  constructor(reason: string, at: number) {
    super(reason);
    this.at = at;
  }
}
