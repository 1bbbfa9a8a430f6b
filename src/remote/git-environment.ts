// What git sees: the user's own settings and logins, no question that nobody answers, and no repository that happens to surround us.

/** `settings` as `git -c` would give them, but for nobody to read in a list of processes. */
export function gitEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  settings: Readonly<Record<string, string>>,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value !== undefined && !ofARepository.has(name)) env[name] = value;
  env['GIT_TERMINAL_PROMPT'] = '0';
  env['GIT_SSH_COMMAND'] ??= 'ssh -o BatchMode=yes';
  // Never a program of the address's choice (ext::), nor files of this machine.
  env['GIT_ALLOW_PROTOCOL'] ??= 'http:https:ssh:git';
  env['LC_ALL'] = 'C';
  addSettings(env, { ...settings, 'core.hooksPath': '/dev/null' });
  return env;
}

/** Set by git for its hooks, which may well start us. */
const ofARepository = new Set([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
]);

function addSettings(env: Record<string, string>, settings: Readonly<Record<string, string>>): void {
  let count = Number.parseInt(env['GIT_CONFIG_COUNT'] ?? '') || 0;
  for (const [key, value] of Object.entries(settings)) {
    env[`GIT_CONFIG_KEY_${count}`] = key;
    env[`GIT_CONFIG_VALUE_${count}`] = value;
    count++;
  }
  env['GIT_CONFIG_COUNT'] = String(count);
}
