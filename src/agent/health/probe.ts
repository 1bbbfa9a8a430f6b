// One look at a service's health.

import { connect } from 'node:net';
import type { Probe } from '#api/agent/contract.ts';

/** `exitCode` 0 is healthy; `output` says why not, in at most 4096 characters. */
export type Looked = { readonly exitCode: number; readonly output: string };

export type RunProgram = (argv: readonly string[], signal: AbortSignal) => Promise<Looked>;

const longestOutput = 4096;

export async function look(probe: Probe, run: RunProgram, timeoutMs: number): Promise<Looked> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const looked = await lookBy(probe, run, signal);
    return { ...looked, output: looked.output.slice(0, longestOutput) };
  } catch (error) {
    if (signal.aborted) return { exitCode: -1, output: `no answer in ${timeoutMs} ms` };
    return { exitCode: 1, output: (error as Error).message.slice(0, longestOutput) };
  }
}

async function lookBy(probe: Probe, run: RunProgram, signal: AbortSignal): Promise<Looked> {
  switch (probe.kind) {
    case 'command':
      return run(probe.argv, signal);
    case 'tcp':
      await canConnect(probe.host, probe.port, signal);
      return { exitCode: 0, output: '' };
    case 'http':
      return answers(probe.url, probe.status, signal);
  }
}

function canConnect(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

/** node:http is loaded by the first who needs it. */
async function answers(url: string, wanted: number | undefined, signal: AbortSignal): Promise<Looked> {
  const { get } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const request = get(url, { signal, agent: false, headers: { 'user-agent': 'muster' } }, (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      const isGood = wanted === undefined ? status >= 200 && status < 400 : status === wanted;
      resolve({ exitCode: isGood ? 0 : 1, output: `HTTP ${status}` });
    });
    request.once('error', reject);
  });
}
