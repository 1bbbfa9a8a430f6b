import { parseGoDuration } from '#lib/go-duration.ts';
import { type HealthSettings, musterOf } from '#model/muster-extension.ts';
import type { ObservedPort } from '#model/observed.ts';
import type { Healthcheck, Service } from '#model/project.ts';
import type { Probe, ProbeSchedule } from '#api/agent/contract.ts';

/** `x-muster.health` says how a program is asked natively; a Compose check runs as it is. null: nobody asks. */
export function healthSchedule(service: Service, ports: readonly ObservedPort[]): ProbeSchedule | null {
  const check = service.healthcheck ?? {};
  const asked = musterOf(service).health;
  const probe = asked === undefined ? composeProbe(check) : nativeProbe(asked, ports);
  return probe === null ? null : { probe, ...timesOf(check) };
}

/** Docker's own defaults. */
function timesOf(check: Healthcheck): Omit<ProbeSchedule, 'probe'> {
  const intervalMs = milliseconds(check.interval) ?? 30_000;
  return {
    intervalMs,
    timeoutMs: milliseconds(check.timeout) ?? 30_000,
    startPeriodMs: milliseconds(check.start_period) ?? 0,
    startIntervalMs: milliseconds(check.start_interval) ?? Math.min(5_000, intervalMs),
    retries: check.retries ?? 3,
  };
}

function composeProbe({ test = [], disable }: Healthcheck): Probe | null {
  const [kind, ...words] = test;
  if (disable === true || kind === undefined || kind === 'NONE' || words.length === 0) return null;
  return { kind: 'command', argv: kind === 'CMD-SHELL' ? ['/bin/sh', '-c', words[0] ?? ''] : words };
}

/** A port of the service is asked for where the replica has it. */
function nativeProbe(asked: HealthSettings, ports: readonly ObservedPort[]): Probe | null {
  const portOf = (target: number): number => ports.find((port) => port.target === target)?.hostPort ?? target;
  if (asked.tcp !== undefined) return { kind: 'tcp', host: '127.0.0.1', port: portOf(asked.tcp) };
  if (asked.http === undefined) return null;
  const url = new URL(asked.http);
  const byScheme = url.protocol === 'https:' ? 443 : 80;
  if (isLocal(url.hostname)) url.port = String(portOf(Number(url.port || byScheme)));
  return { kind: 'http', url: url.href, ...(asked.status === undefined ? {} : { status: asked.status }) };
}

const isLocal = (name: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(name);

/** The loader has checked that it is a duration. 0 is Docker's word for its default. */
function milliseconds(text: string | undefined): number | null {
  const parsed = text === undefined ? null : parseGoDuration(text);
  return parsed === null || parsed === 0 ? null : parsed / 1e6;
}
