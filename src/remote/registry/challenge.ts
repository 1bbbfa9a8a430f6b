// What a registry asks for in WWW-Authenticate (RFC 9110 section 11, https://distribution.github.io/distribution/spec/auth/token/).

export type Challenge = { readonly scheme: string; readonly parameters: Readonly<Record<string, string>> };

/** Bearer before Basic, where both are taken; null for neither. */
export function challengeIn(header: string): Challenge | null {
  const challenges = [...header.matchAll(schemePattern)].map((match): Challenge => {
    const rest = header.slice(match.index + match[0].length).split(schemePattern, 1)[0] ?? '';
    return { scheme: (match[1] ?? '').toLowerCase(), parameters: parametersIn(rest) };
  });
  return (
    challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters['realm'] !== undefined) ??
    challenges.find(({ scheme }) => scheme === 'basic') ??
    null
  );
}

const schemePattern = /(?:^|,)\s*(Bearer|Basic)(?=\s|$)/gi;

function parametersIn(text: string): Record<string, string> {
  const pairs = text.matchAll(/([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g);
  return Object.fromEntries(
    [...pairs].map(([, name = '', quoted, plain]) => [name.toLowerCase(), plain ?? (quoted ?? '').replace(/\\(.)/g, '$1')]),
  );
}
