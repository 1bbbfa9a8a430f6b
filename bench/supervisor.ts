// supervisord with as many programs as we have services, as its own documentation sets it up.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../tools/parts/run.ts';
import { until } from '../tools/parts/until.ts';
import { type Sample, measure } from './measure.ts';

export class Supervisor {
  readonly #config: string;
  readonly #process: ChildProcess;

  private constructor(config: string, process: ChildProcess) {
    this.#config = config;
    this.#process = process;
  }

  /** Running, with none of its programs started. */
  static async open(folder: string, count: number): Promise<Supervisor> {
    await mkdir(folder);
    const socket = join(folder, 'control.sock');
    const programs = Array.from(
      { length: count },
      (_, index) =>
        `[program:s${index + 1}]\ncommand=/bin/sleep 1000000\nautostart=false\nstdout_logfile=${folder}/%(program_name)s.log\nredirect_stderr=true\n`,
    );
    const config = join(folder, 'supervisord.conf');
    await writeFile(
      config,
      `[supervisord]
nodaemon=true
minfds=8192
logfile=${folder}/supervisord.log
pidfile=${folder}/supervisord.pid
[unix_http_server]
file=${socket}
chmod=0700
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${socket}
${programs.join('')}`,
    );
    const supervisor = new Supervisor(config, spawn('supervisord', ['-c', config], { stdio: 'ignore' }));
    // `status` ends with 3 while programs are stopped.
    const answers = async (): Promise<boolean> => [0, 3].includes((await run('supervisorctl', ['-c', config, 'status'])).code);
    await until(answers, 30_000, 'supervisord to answer');
    return supervisor;
  }

  control(...words: string[]): Promise<Sample> {
    return measure({ program: 'supervisorctl', args: ['-c', this.#config, ...words] });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await ended;
  }
}
