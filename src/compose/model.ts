// Files in, one canonical model out: each document is interpolated, extended, included into and merged over the ones before it.

import { MusterError } from '#lib/errors.ts';
import { checkBaseForms } from './base-forms.ts';
import { omitEmpty, toCanonical } from './canonical.ts';
import { setDefaults } from './defaults.ts';
import { resolveEnvironment } from './environment.ts';
import { applyExtends, type ExtendsContext } from './extends.ts';
import { applyIncludes } from './include.ts';
import { interpolate } from './interpolate.ts';
import { mergeModels } from './merge.ts';
import { parseFile } from './parse-file.ts';
import { resolvePaths } from './paths.ts';
import { applyResets } from './reset.ts';
import { checkSchema, maxFindings } from './schema.ts';
import type { Layer, Session } from './session.ts';
import { isMapping, kindOf, newMapping, type Mapping, type TreePath } from './tree.ts';
import { enforceUnicity } from './unicity.ts';
import { validateModel } from './validate.ts';
import type { YamlDocument } from './yaml.ts';

/** The merged model of a layer. `including`: the files whose `include` led here, for cycles. */
export function loadModel(layer: Layer, session: Session, including: readonly string[] = []): Mapping {
  let model = newMapping();
  for (const file of layer.files) {
    for (const document of documentsOf(file, session)) model = addDocument(model, document, { file, layer, session, including });
  }
  setDefaults(model);
  session.problems.addIn(model, validateModel(model));
  if (layer.resolvePaths) {
    const problems: MusterError[] = [];
    const followLinks = (path: string): string => session.reader.realPath(path);
    resolvePaths(model, { base: layer.workingDir, home: session.home, followLinks }, problems);
    session.problems.addIn(model, problems);
  }
  resolveEnvironment(model, layer.lookup);
  return model;
}

type DocumentContext = {
  readonly file: string;
  readonly layer: Layer;
  readonly session: Session;
  readonly including: readonly string[];
};

function addDocument(model: Mapping, document: YamlDocument, context: DocumentContext): Mapping {
  const { file, layer, session } = context;
  const own = contentOf(document, context);
  if (own === null) return model;
  applyExtends(own, extendsContext(document.resets, context));
  applyResets(model, document.resets);
  applyIncludes(own, { layer, session, including: [...context.including, file], loadModel });
  const merged = mergedWith(model, own, session);
  const found = checkSchema(merged);
  session.problems.addIn(merged, found);
  if (found.length >= maxFindings) session.problems.throwIfAny();
  if ('version' in merged) {
    session.warn(
      `${file}: the attribute \`version\` is obsolete, it will be ignored, please remove it to avoid potential confusion`,
    );
    delete merged['version'];
  }
  return canonical(merged, session);
}

function extendsContext(resets: readonly TreePath[], { file, layer, session }: DocumentContext): ExtendsContext {
  const loaded = new Map<string, { readonly services: Mapping; readonly resets: readonly TreePath[] }>();
  return {
    file,
    resets,
    layer,
    session,
    // Several services usually extend the same file.
    load: (path) => {
      const known = loaded.get(path) ?? loadBaseFile(path, { file: path, layer, session, including: [] });
      loaded.set(path, known);
      return known;
    },
  };
}

/** A file that is extended: its raw services in canonical form, without its own extends and includes. */
function loadBaseFile(path: string, context: DocumentContext): { services: Mapping; resets: readonly TreePath[] } {
  let model = newMapping();
  let resets: readonly TreePath[] = [];
  for (const document of documentsOf(path, context.session)) {
    const own = contentOf(document, context);
    if (own === null) continue;
    resets = document.resets;
    applyResets(model, resets);
    const merged = mergedWith(model, own, context.session);
    context.session.problems.addIn(merged, checkBaseForms(merged));
    model = canonical(merged, context.session);
  }
  const { services } = model;
  if (!isMapping(services)) {
    if (context.session.problems.isIncomplete) return { services: newMapping(), resets };
    throw new MusterError('COMPOSE_INVALID', `no services section in ${path}`, {
      place: { file: path },
      hint: 'name a file that has services',
    });
  }
  return { services, resets };
}

function contentOf(document: YamlDocument, { file, layer, session }: DocumentContext): Mapping | null {
  const { value } = document;
  if (!isMapping(value)) {
    session.problems.addMissingPart(
      new MusterError('COMPOSE_INVALID', `top-level object must be a mapping, not ${kindOf(value)}`, {
        place: { file },
        hint: value === null ? 'take out the "---" that nothing follows' : 'start with services:',
      }),
    );
    return null;
  }
  if (session.interpolate) {
    const problems: MusterError[] = [];
    const reference = (): void => void (session.references.any = true);
    interpolate(value, { lookup: layer.lookup, warn: session.warn, reference }, problems);
    session.problems.addIn(value, problems);
  }
  return value;
}

function mergedWith(model: Mapping, own: Mapping, { problems }: Session): Mapping {
  const [conflicts, dropped]: [MusterError[], MusterError[]] = [[], []];
  const merged = enforceUnicity(mergeModels(model, own, conflicts), dropped);
  for (const conflict of conflicts) problems.add(conflict);
  problems.addDropped(dropped);
  return merged;
}

function canonical(model: Mapping, { problems, interpolate: isInterpolated, warn }: Session): Mapping {
  const [found, dropped]: [MusterError[], MusterError[]] = [[], []];
  toCanonical(model, { keepUnreadable: !isInterpolated, warn, problems: found, dropped });
  problems.addIn(model, found);
  enforceUnicity(omitEmpty(model), dropped);
  problems.addDropped(dropped);
  return model;
}

/** The documents of a file; none when it can't be read, which is added to the problems. */
export function parse(file: string, { reader, problems }: Session): readonly YamlDocument[] {
  return problems.attempt(
    () => {
      const found: MusterError[] = [];
      const documents = parseFile({ name: file, text: reader.read(file) }, found);
      problems.addDropped(found);
      return documents;
    },
    (problem) => {
      problems.addMissingPart(problem);
      return [];
    },
  );
}

function documentsOf(file: string, session: Session): readonly YamlDocument[] {
  const parsed = session.parsed.get(file);
  // A model belongs to the layer that loads it, so what was parsed ahead is handed out once.
  session.parsed.delete(file);
  return parsed ?? parse(file, session);
}
