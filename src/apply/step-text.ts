import type { Step, Subject } from '#model/plan.ts';

/** What a step acts on, as people see it on the engine: `blog-web-1`. */
export function subjectName(subject: Subject): string {
  switch (subject.type) {
    case 'network':
    case 'volume':
    case 'replica':
      return subject.name;
    case 'image':
      return subject.reference;
    case 'service':
      return subject.service;
  }
}

/** `start of blog-web-1`. */
export function stepInWords(step: Step): string {
  const name = subjectName(step.subject);
  if (step.kind === 'wait-dependency') return `waiting for ${name}`;
  const [verb = '', what = ''] = step.kind.split('-');
  return what === 'replica' ? `${verb} of ${name}` : `${verb} of ${what} ${name}`;
}
