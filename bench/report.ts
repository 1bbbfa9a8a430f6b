// The measured figures as tables for people.

import type { ConfigResult } from './config.ts';
import { type Figures, megabytes, milliseconds, ratio, seconds } from './figures.ts';
import { type LifecycleResult, actions } from './lifecycle.ts';
import type { NativeResult } from './native.ts';
import type { StartUpResult } from './start-up.ts';

export type Report = {
  readonly date: string;
  readonly machine: string;
  readonly peerVersion: string;
  readonly musterVersion: string;
  readonly lifecycles: readonly LifecycleResult[];
  readonly startUps: readonly StartUpResult[];
  readonly configs: readonly ConfigResult[];
  readonly native: NativeResult;
  /** What bench/plan.ts printed. */
  readonly planning: string | null;
};

export function renderReport(report: Report): string {
  const sections = [
    '# Measured',
    `${report.date}, by \`npm run bench\`. ${report.machine}.\nmuster ${report.musterVersion} from the built package, Docker Compose ${report.peerVersion}; interleaved runs on the same engine; each figure is minimum / median.`,
    `## Wall time of one-process services\n\n${lifecycleTable(report.lifecycles)}`,
    `## Processor time of short commands\n\n${startUpTable(report.startUps)}`,
    `## \`config\`: reading, checking and printing an application\n\n${configTable(report.configs)}`,
    `## Peak memory of \`up -d\`\n\n${memoryTable(report.lifecycles)}`,
  ];
  sections.push(`## Native services\n\n${nativeText(report.native)}`);
  if (report.planning !== null) sections.push(`## Planning\n\n${report.planning.trim()}`);
  return `${sections.join('\n\n')}\n`;
}

function lifecycleTable(results: readonly LifecycleResult[]): string {
  const rows = results.flatMap(({ count, wallMs }) =>
    actions.map((action) => {
      const [ours, theirs] = wallMs[action];
      return [`${action}, ${count} services`, ...compare(ours, theirs, seconds), runs(ours, theirs)];
    }),
  );
  return table(['what', 'muster', 'Docker Compose', 'ratio of medians', 'runs'], rows);
}

function startUpTable(results: readonly StartUpResult[]): string {
  const rows = results.map(({ words, cpuMs: [ours, theirs] }) => [
    `\`${words}\``,
    ...compare(ours, theirs, milliseconds),
    runs(ours, theirs),
  ]);
  return table(['command', 'muster', 'Docker Compose', 'ratio of medians', 'runs'], rows);
}

function configTable(results: readonly ConfigResult[]): string {
  const rows = results.flatMap(({ services, lines, cpuMs, wallMs, peakMegabytes }) => {
    const what = `${services} services, ${lines} lines`;
    const times = (
      [
        ['processor', cpuMs],
        ['wall', wallMs],
      ] as const
    ).map(([name, [ours, theirs]]) => [`${what}: ${name}`, ...compare(ours, theirs, milliseconds), `${ours?.count ?? 0}`]);
    return [
      ...times,
      [`${what}: peak memory`, ...peakMegabytes.map(megabytes), ratio(peakMegabytes[0] ?? NaN, peakMegabytes[1] ?? NaN), ''],
    ];
  });
  return table(['what', 'muster', 'Docker Compose', 'ratio of medians', 'runs'], rows);
}

function memoryTable(results: readonly LifecycleResult[]): string {
  const rows = results.map(({ count, upMegabytes }) => [`${count} services`, ...upMegabytes.map(megabytes)]);
  return table(['project', 'muster', 'Docker Compose'], rows);
}

function nativeText({ starts, idle, call, logs }: NativeResult): string {
  const rows = starts.flatMap(({ count, up, down }) => [
    [`up, ${count} services`, ...compare(up[0], up[1], seconds), runs(up[0], up[1])],
    [`down, ${count} services`, ...compare(down[0], down[1], seconds), runs(down[0], down[1])],
  ]);
  return `The agent and supervisord run already; \`muster up -d\` and \`down\` beside \`supervisorctl start all\` and \`stop all\`, supervisord as it comes (it calls
a program started once it has run for a second).

${table(['what', 'muster', 'supervisord', 'ratio of medians', 'runs'], rows)}

| the agent | |
| --- | --- |
| memory, with ${idle.services} idle services | ${megabytes(idle.megabytes)} |
| processor, with ${idle.services} idle services | ${idle.cpuPercent.toFixed(2)} % |
| one call on an open connection, median / 99th of 100 | ${call.median.toFixed(0)} / ${call.p99.toFixed(0)} us |
| lines captured per second, from ${logs.services} services | ${Math.round(logs.perSecond).toLocaleString('en')} |
| lines kept whole and in order, of ${logs.lines.toLocaleString('en')} | ${logs.whole.toLocaleString('en')} |`;
}

function compare(ours: Figures | undefined, theirs: Figures | undefined, unit: (value: number) => string): string[] {
  if (ours === undefined || theirs === undefined) return ['', '', ''];
  const show = (figures: Figures): string => `${unit(figures.minimum)} / ${unit(figures.median)}`;
  return [show(ours), show(theirs), ratio(ours.median, theirs.median)];
}

/** A round that is done again makes more of them for one tool than for the other. */
function runs(ours: Figures | undefined, theirs: Figures | undefined): string {
  const [own = 0, peer = 0] = [ours?.count, theirs?.count];
  return own === peer ? `${own}` : `${own} and ${peer}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
