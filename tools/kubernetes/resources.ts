import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';

const labels = z.record(z.string(), z.string());
const resource = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional(), labels: labels.optional() }),
});
export type Resource = z.infer<typeof resource>;

/** What a folder's kustomization.yaml may say here; a field that is not in this list is a mistake until somebody adds it. */
const kustomization = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
  kind: z.literal('Kustomization'),
  namespace: z.string().optional(),
  nameSuffix: z.string().optional(),
  labels: z.array(z.strictObject({ pairs: labels })).optional(),
  resources: z.array(z.string()),
  configMapGenerator: z
    .array(
      z.strictObject({
        name: z.string(),
        literals: z.array(z.string()).optional(),
        files: z.array(z.string()).optional(),
        options: z.strictObject({ labels }).optional(),
      }),
    )
    .optional(),
  images: z.array(z.strictObject({ name: z.string(), newName: z.string().optional(), newTag: z.string() })).optional(),
  replicas: z.array(z.strictObject({ name: z.string(), count: z.int() })).optional(),
  patches: z
    .array(
      z.strictObject({
        path: z.string().optional(),
        patch: z.string().optional(),
        target: z.strictObject({ kind: z.string(), name: z.string().optional(), labelSelector: z.string().optional() }).optional(),
      }),
    )
    .optional(),
});
export type Kustomization = z.infer<typeof kustomization>;
export type Patch = {
  /** What it changes, where it does not say so itself. */
  readonly target: { readonly kind: string; readonly name?: string | undefined; readonly labelSelector?: string | undefined } | null;
  /** Parts of resources that are merged, or operations of JSON Patch (RFC 6902). */
  readonly documents: readonly unknown[];
};
export type Tree = {
  readonly resources: Resource[];
  readonly patches: Patch[];
  /** Every file that one of the folders names, with kustomization.yaml itself. */
  readonly files: string[];
};

/** The resources of a text with several documents. @throws ZodError for one that is none. */
export function parseResources(text: string): Resource[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS({ mapAsMap: false }) as unknown)
    .filter((one) => one !== null)
    .map((one) => resource.parse(one));
}

export function readKustomization(folder: string): Kustomization {
  return kustomization.parse(parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')));
}

/**
 * Everything that a folder's kustomization.yaml lists, and what it lists lists, as it is written: patches, suffixes and images are not applied.
 * `given`: texts of files that are in no repository, by path. @throws Error for a file that is listed and not there.
 */
export function readTree(folder: string, given: Readonly<Record<string, string>> = {}): Tree {
  const own = readKustomization(folder);
  const read = (name: string) => {
    const path = normalize(join(folder, name));
    const text = given[path];
    return text ?? readFileSync(path, 'utf8');
  };
  const isFolder = (name: string) => existsSync(join(folder, name)) && statSync(join(folder, name)).isDirectory();
  const below = own.resources.filter(isFolder).map((name) => readTree(normalize(join(folder, name)), given));
  const plain = own.resources.filter((name) => !isFolder(name));
  const patches = own.patches ?? [];
  const files = [
    ...plain,
    ...patches.flatMap(({ path }) => path ?? []),
    ...(own.configMapGenerator ?? []).flatMap((one) => one.files ?? []),
  ];
  return {
    resources: [
      ...below.flatMap((tree) => tree.resources),
      ...plain.flatMap((name) => parseResources(read(name))),
      ...(own.configMapGenerator ?? []).map((one) => configMapOf(one, read)),
    ],
    patches: [...below.flatMap((tree) => tree.patches), ...patches.map((patch) => readPatch(patch, read))],
    files: [...below.flatMap((tree) => tree.files), ...['kustomization.yaml', ...files].map((name) => normalize(join(folder, name)))],
  };
}

function configMapOf(
  { name, literals = [], files = [] }: NonNullable<Kustomization['configMapGenerator']>[number],
  read: (name: string) => string,
): Resource {
  const ofLiterals = literals.map((literal) => [literal.slice(0, literal.indexOf('=')), literal.slice(literal.indexOf('=') + 1)]);
  const data = Object.fromEntries([...ofLiterals, ...files.map((file) => [basename(file), read(file)])]);
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

function readPatch({ path, patch, target }: NonNullable<Kustomization['patches']>[number], read: (name: string) => string): Patch {
  const text = patch ?? read(path ?? '');
  return { target: target ?? null, documents: parseAllDocuments(text).map((document) => document.toJS() as unknown) };
}

/** Every file below a folder that is there, whether something lists it or not. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => normalize(join(entry.parentPath, entry.name)));
}

export const nameOf = ({ kind, metadata }: Resource): string => `${kind}/${metadata.name}`;

/** Of one kind, whatever its version. */
export const ofKind = (resources: readonly Resource[], ...kinds: string[]): Resource[] =>
  resources.filter(({ kind }) => kinds.includes(kind));

export const folderOf = (path: string): string => dirname(path);
