// The mistakes that people ask about most in public forums and issue trackers, one small file each. The goldens beside this
// file hold what muster says; `line` is the line a good answer must name, `names` words that must be in it.

export type Mistake = {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly line: number;
  readonly names: readonly string[];
};

const one = (
  name: string,
  line: number,
  names: readonly string[],
  compose: string,
  others: Readonly<Record<string, string>> = {},
): Mistake => ({
  name,
  line,
  names,
  files: { 'compose.yaml': compose, ...others },
});

export const mistakes: readonly Mistake[] = [
  one('a tab used for indentation', 3, ['tab'], 'services:\n  web:\n\timage: nginx\n'),
  one('no space after the colon', 3, ['image'], 'services:\n  web:\n    image:nginx\n'),
  one('a service indented too little', 2, ['web'], 'services:\nweb:\n  image: nginx\n'),
  one('a key indented one space too far', 4, ['ports'], 'services:\n  web:\n    image: nginx\n     ports: ["80:80"]\n'),
  one('an unclosed quote', 3, ['quote'], 'services:\n  web:\n    image: "nginx\n    restart: always\n'),
  one('an unclosed bracket', 4, ['['], 'services:\n  web:\n    image: nginx\n    ports: ["80:80"\n    restart: always\n'),
  one('services written as a list', 2, ['services'], 'services:\n  - web:\n      image: nginx\n'),
  one('the old format without services', 1, ['services'], 'web:\n  image: nginx\n  ports:\n    - "80:80"\n'),
  one('service misspelt at the top', 1, ['services'], 'service:\n  web:\n    image: nginx\n'),
  one('enviroment', 4, ['environment'], 'services:\n  web:\n    image: nginx\n    enviroment:\n      A: b\n'),
  one('volume for volumes', 4, ['volumes'], 'services:\n  web:\n    image: nginx\n    volume:\n      - ./a:/a\n'),
  one('port for ports', 4, ['ports'], 'services:\n  web:\n    image: nginx\n    port:\n      - "80:80"\n'),
  one('depend_on', 4, ['depends_on'], 'services:\n  web:\n    image: nginx\n    depend_on: [db]\n  db: { image: redis }\n'),
  one(
    'depends-on with a dash',
    4,
    ['depends_on'],
    'services:\n  web:\n    image: nginx\n    depends-on: [db]\n  db: { image: redis }\n',
  ),
  one('neither image nor build', 2, ['image', 'build'], 'services:\n  web:\n    ports: ["80:80"]\n'),
  one(
    'depends_on a service that does not exist',
    4,
    ['database', 'db'],
    'services:\n  web:\n    image: nginx\n    depends_on: [database]\n  db: { image: redis }\n',
  ),
  one(
    'depends_on with a condition that does not exist',
    6,
    ['healthy', 'service_healthy'],
    'services:\n  web:\n    image: nginx\n    depends_on:\n      db:\n        condition: healthy\n  db: { image: redis }\n',
  ),
  one(
    'depends_on mixing list and map',
    6,
    ['depends_on'],
    'services:\n  web:\n    image: nginx\n    depends_on:\n      - db\n      - cache:\n          condition: service_started\n  db: { image: redis }\n  cache: { image: redis }\n',
  ),
  one(
    'depends_on map without a condition',
    5,
    ['condition'],
    'services:\n  web:\n    image: nginx\n    depends_on:\n      db: {}\n  db: { image: redis }\n',
  ),
  one('a service that depends on itself', 4, ['web'], 'services:\n  web:\n    image: nginx\n    depends_on: [web]\n'),
  one(
    'a cycle of dependencies',
    4,
    ['a', 'b'],
    'services:\n  a:\n    image: nginx\n    depends_on: [b]\n  b:\n    image: nginx\n    depends_on: [a]\n',
  ),
  one(
    'a named volume that is not declared',
    4,
    ['data', 'volumes'],
    'services:\n  db:\n    image: redis\n    volumes: ["data:/data"]\n',
  ),
  one(
    'a network that is not declared',
    4,
    ['backend', 'networks'],
    'services:\n  db:\n    image: redis\n    networks: [backend]\n',
  ),
  one(
    'a secret that is not declared',
    4,
    ['db_password', 'secrets'],
    'services:\n  db:\n    image: redis\n    secrets: [db_password]\n',
  ),
  one(
    'a config that is not declared',
    4,
    ['app_conf', 'configs'],
    'services:\n  db:\n    image: redis\n    configs: [app_conf]\n',
  ),
  one(
    'a secret without a source',
    5,
    ['file', 'environment'],
    'services:\n  db:\n    image: redis\n    secrets: [pw]\nsecrets: { pw: {} }\n',
  ),
  one(
    'environment mixing list and map',
    6,
    ['KEY: value'],
    'services:\n  web:\n    image: nginx\n    environment:\n      - A=1\n      B: 2\n',
  ),
  one('environment with a nested map', 5, ['A'], 'services:\n  web:\n    image: nginx\n    environment:\n      A: { b: c }\n'),
  one('a port that is a word', 4, ['http'], 'services:\n  web:\n    image: nginx\n    ports: ["http:80"]\n'),
  one('a port above 65535', 4, ['65535'], 'services:\n  web:\n    image: nginx\n    ports: ["80800:80"]\n'),
  one(
    'a port range of two lengths',
    4,
    ['8000-8002', '80-81'],
    'services:\n  web:\n    image: nginx\n    ports: ["8000-8002:80-81"]\n',
  ),
  one('ports as one number', 4, ['ports', 'list'], 'services:\n  web:\n    image: nginx\n    ports: 8080\n'),
  one('container name with a space', 4, ['my web'], 'services:\n  web:\n    image: nginx\n    container_name: my web\n'),
  one('a service name with a space', 2, ['my web'], 'services:\n  my web:\n    image: nginx\n'),
  one(
    'container_name with several replicas',
    4,
    ['container_name'],
    'services:\n  web:\n    image: nginx\n    container_name: web\n    deploy: { replicas: 2 }\n',
  ),
  one(
    'network_mode together with networks',
    4,
    ['network_mode', 'networks'],
    'services:\n  web:\n    image: nginx\n    network_mode: host\n    networks: [default]\n',
  ),
  one(
    'healthcheck test without CMD',
    5,
    ['CMD'],
    'services:\n  web:\n    image: nginx\n    healthcheck:\n      test: ["curl", "-f", "http://localhost"]\n',
  ),
  one(
    'healthcheck interval without a unit',
    6,
    ['30s'],
    'services:\n  web:\n    image: nginx\n    healthcheck:\n      test: exit 0\n      interval: 30\n',
  ),
  one('a duration in words', 4, ['1m30s'], 'services:\n  web:\n    image: nginx\n    stop_grace_period: 2 minutes\n'),
  one('memory limit with a wrong unit', 4, ['512m'], 'services:\n  web:\n    image: nginx\n    mem_limit: 512 megs\n'),
  one(
    'restart with a wrong value in place of a word',
    4,
    ['restart'],
    'services:\n  web:\n    image: nginx\n    restart: true\n',
  ),
  one('an env_file that is missing', 4, ['.env.local'], 'services:\n  web:\n    image: nginx\n    env_file: .env.local\n'),
  one('a required variable without a value', 3, ['TAG'], 'services:\n  web:\n    image: nginx:${TAG:?set TAG in .env}\n'),
  one('an interpolation that is not closed', 3, ['${TAG'], 'services:\n  web:\n    image: nginx:${TAG\n'),
  one('shell substitution in a value', 4, ['$('], 'services:\n  web:\n    image: nginx\n    command: echo ${$(date)}\n'),
  one('a line in .env that is no assignment', 2, ['.env'], 'services:\n  web:\n    image: nginx:${TAG}\n', {
    '.env': 'TAG=1\nhello world\n',
  }),
  one('the same key twice', 5, ['image'], 'services:\n  web:\n    image: nginx\n    restart: always\n    image: httpd\n'),
  one('an unknown anchor', 3, ['defaults'], 'services:\n  web:\n    <<: *defaults\n    image: nginx\n'),
  one(
    'extends a file that is missing',
    5,
    ['common.yaml'],
    'services:\n  web:\n    image: nginx\n    extends:\n      file: common.yaml\n      service: base\n',
  ),
  one('extends a service that is missing', 4, ['base'], 'services:\n  web:\n    image: nginx\n    extends: base\n'),
  one('include of a file that is missing', 1, ['db.yaml'], 'include: [db.yaml]\nservices:\n  web:\n    image: nginx\n'),
  one(
    'build with dockerfile on the service',
    4,
    ['dockerfile', 'build'],
    'services:\n  web:\n    build: .\n    dockerfile: Dockerfile.dev\n',
    { 'Dockerfile.dev': 'FROM x\n' },
  ),
  one(
    'top-level volumes as a list',
    6,
    ['volumes'],
    'services:\n  db:\n    image: redis\n    volumes: ["data:/data"]\nvolumes:\n  - data\n',
  ),
  one(
    'a tmpfs and a volume at one target',
    5,
    ['/data'],
    'services:\n  db:\n    image: redis\n    tmpfs: /data\n    volumes: ["./a:/data"]\n',
  ),
  one('deploy.replicas as a word', 5, ['replicas'], 'services:\n  web:\n    image: nginx\n    deploy:\n      replicas: three\n'),
];
