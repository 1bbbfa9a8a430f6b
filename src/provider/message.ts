// One line of what a provider's program says.

export type Message =
  | { readonly type: 'info' | 'error' | 'debug'; readonly text: string }
  /** `setenv` puts the service's name in front; `rawsetenv` (Docker Compose v5) does not. */
  | { readonly type: 'variable'; readonly name: string; readonly value: string };

/** null: no message of the protocol. Docker Compose uppercases the service's name and changes nothing else of it. */
export function messageIn(line: string, service: string): Message | null {
  const { type, message = '' } = fieldsOf(line);
  if (typeof message !== 'string') return null;
  switch (type) {
    case 'info':
    case 'error':
    case 'debug':
      return { type, text: message };
    case 'setenv':
      return variable(message, `${service.toUpperCase()}_`);
    case 'rawsetenv':
      return variable(message, '');
    default:
      return null;
  }
}

function variable(text: string, prefix: string): Message | null {
  const equals = text.indexOf('=');
  return equals < 0 ? null : { type: 'variable', name: prefix + text.slice(0, equals), value: text.slice(equals + 1) };
}

function fieldsOf(line: string): { readonly type?: unknown; readonly message?: unknown } {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
