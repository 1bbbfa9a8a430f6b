// Services that Docker Compose refuses, each line by itself; `record.ts` asks it again. Most were found by differential.ts.

export const refusedLines: readonly string[] = [
  'deploy: { replicas: -1 }',
  'scale: "-1"',
  'extra_hosts: [nameonly]',
  'build: { context: ., extra_hosts: [nameonly] }',
  'environment: ["A "]',
  'environment: ["A =b"]',
  'environment: ["à=b"]',
  'post_start: [{ command: x, environment: ["A =b"] }]',
  'build: { context: ., additional_contexts: { a: "service:nope" } }',
  'build: { context: ., additional_contexts: { a: "service:image-only" } }',
  'ports: [80.0, "80"]',
  'ports: [80.0]',
  'ports: [1e3]',
  'ports: ["0"]',
  'ports: ["80:0"]',
  'ports: [{ target: -1 }]',
  'ports: ["::1:80:80"]',
  'ports: ["[fe80::1%eth0]:80:80"]',
  'expose: [80.5]',
  'healthcheck: { retries: -1 }',
  'deploy: { update_config: { parallelism: -1 } }',
  'deploy: { restart_policy: { max_attempts: -1 } }',
  'deploy: { placement: { max_replicas_per_node: -1 } }',
  'ulimits: { nofile: 1.0 }',
  'gpus: [{ count: 2.0 }]',
  'gpus: [{ count: 9223372036854775808 }]',
  'ulimits: { nofile: 9223372036854775808 }',
  'mem_limit: "1__0"',
  'scale: "9999999999999999999"',
  'secrets: [{ source: s, mode: 0888 }]',
  'secrets: [{ source: s, mode: 12345678901234567890 }]',
  'deploy: { resources: { limits: { cpus: 9223372036854775808 } } }',
  'deploy: { resources: { limits: { pids: "9223372036854775808" } } }',
  'gpus: [{ count: 9223372036854775808 }]',
  'ulimits: { nproc: 9223372036854775808 }',
  'ports: [{ target: 80, published: 9223372036854775808 }]',
  'devices: ["a:b:c:d"]',
  'x-a: [a?b]',
  'x-a: [http://x/?y]',
  'x-a: [:a]',
  'x-a: &a.b c',
  'x-a: &a: c',
  'x-a: "\\/"',
  'x-a: "\\ud83d\\ude00"',
  'x-a: |0',
  'x-a: [!tag]',
  'x-a: !other!tag b',
  'x-a: "\u0007"',
  'x-a: !!binary a',
  'x-a: !!timestamp x',
  'x-a: { a: !!str, b: 1 }',
];

export function refusedFile(line: string): string {
  return `services:\n  web:\n    image: x\n    ${line}\n  image-only: { image: x }\nsecrets: { s: { file: ./s } }\n`;
}

export const refusedFiles: readonly string[] = [
  '---\n',
  'services: {}\n---\n',
  '---\n---\nservices: {}\n',
  '%YAML 1.2\n---\nservices: {}\n',
  '# first\n%OTHER x\n---\nservices: {}\n',
  '%YAML 1.1\n%YAML 1.1\n---\nservices: {}\n',
  'services: {}\n...\nx-a: b\n',
  'services:\n -\ta\n',
  'services: {a\n image: {image: x}}\n',
];

/** Names of applications that Docker Compose refuses. */
export const refusedNames: readonly string[] = ['$', '$unset', '_', 'É'];
