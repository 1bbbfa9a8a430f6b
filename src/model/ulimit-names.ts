/** Of Compose and of prlimit(1) alike: getrlimit(2)'s without RLIMIT_. */
export const ulimitNames: ReadonlySet<string> = new Set(
  'as core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'.split(' '),
);
