import { type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { z } from 'zod';
import { CheckError, type Place } from './check-error.ts';
import type { ClassifiedChange } from './classify-changes.ts';
import { acceptedBreaksFile, type Files, packageFile } from './files.ts';

/** One change that breaks clients on purpose: exactly this one, in exactly this release, for the reasons of a decision in docs/adr/. */
export type AcceptedBreak = {
  /** As a change is named, e.g. INPUT_FIELD_ADDED. */
  readonly type: string;
  readonly coordinate: string;
  /** The version of package.json in which it goes out. */
  readonly release: string;
  readonly decision: string;
};

const breaks = z.array(
  z.strictObject({
    type: z.string().regex(/^[A-Z_]+$/),
    coordinate: z.string().regex(/^\w+(\.\w+)*$/),
    release: z.string().regex(/^\d+\.\d+\.\d+$/),
    decision: z.string().regex(/^docs\/adr\/\d{4}-[\w-]+\.md$/),
  }),
);

/** @throws CheckError when the file has another shape. */
export function readAcceptedBreaks(files: Files): readonly AcceptedBreak[] {
  try {
    return breaks.parse(JSON.parse(files.get(acceptedBreaksFile) ?? '[]'));
  } catch {
    throw new CheckError('It must be a list of { type, coordinate, release, decision: "docs/adr/…" }.', {
      file: acceptedBreaksFile,
      line: 1,
    });
  }
}

/** What was accepted for the release that is being made is allowed; everything else stays as it was classified. */
export function acceptBreaks(changes: readonly ClassifiedChange[], files: Files): ClassifiedChange[] {
  const accepted = readAcceptedBreaks(files).filter(({ release }) => release === versionOf(files));
  return changes.map((change) => {
    const found = accepted.find(({ type, coordinate }) => type === change.type && coordinate === change.coordinate);
    if (found === undefined || change.verdict === 'allowed') return change;
    return { ...change, verdict: 'allowed', because: `it breaks clients on purpose, once, see ${found.decision}`, instead: null };
  });
}

/** A line that is of no use any more is rejected, so that nothing can hide behind it later. */
export function problemsOfBreaks(files: Files, api: GraphQLSchema): (Place & { readonly message: string })[] {
  const version = versionOf(files);
  return readAcceptedBreaks(files).flatMap(({ type, coordinate, release }) => {
    const place = { file: acceptedBreaksFile, line: lineOf(files, coordinate) };
    if (release !== version)
      return [{ ...place, message: `${coordinate} was accepted for ${release}, and this is ${version}: remove the line.` }];
    if (type.endsWith('_REMOVED'))
      return isKnown(api, coordinate) ? [{ ...place, message: `${coordinate} is part of this graph again: remove the line.` }] : [];
    return isKnown(api, coordinate) ? [] : [{ ...place, message: `${coordinate} is not part of this graph: remove the line.` }];
  });
}

function versionOf(files: Files): string {
  return z.object({ version: z.string() }).parse(JSON.parse(files.get(packageFile) ?? '{"version":""}')).version;
}

function lineOf(files: Files, coordinate: string): number {
  const lines = (files.get(acceptedBreaksFile) ?? '').split('\n');
  return lines.findIndex((line) => line.includes(`"${coordinate}"`)) + 1;
}

/** Whether there is a type, and a field or value of it, at `Type` or `Type.member`; arguments are not looked for. */
function isKnown(api: GraphQLSchema, coordinate: string): boolean {
  const [name = '', member] = coordinate.split('.');
  const type = api.getType(name);
  if (type === undefined || member === undefined) return type !== undefined;
  if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) return member in type.getFields();
  return isEnumType(type) && type.getValue(member) !== undefined;
}
