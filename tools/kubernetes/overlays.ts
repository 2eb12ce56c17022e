import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { rootCertificates } from 'node:tls';
import { z } from 'zod';
import { laptopSecretsFile, makeLaptopSecrets, textOf } from './laptop-secrets.ts';
import { parseResources, type Resource, readTree, type Tree } from './resources.ts';

export const folder = join(import.meta.dirname, '../../deploy/kubernetes');
export const overlays = ['laptop', 'production'] as const;
export type Overlay = (typeof overlays)[number];

/** What stands in no repository: made anew for each process. */
const made = makeLaptopSecrets();
const secrets = textOf(made);

/** What a key of one of these Secrets holds, or one that an operator makes, for checks of the configuration. */
export function secretValueOf(name: string, key: string): string | undefined {
  if (key === 'ca.crt') return rootCertificates[0];
  if (name === 'services' && key === 'password') return 'made by Strimzi';
  const found = made.find(({ metadata }) => metadata.name === name)?.['stringData'];
  return z.record(z.string(), z.string()).parse(found ?? {})[key];
}

/** Reads each overlay once: nobody changes what was read. */
const once = <Result>(read: (overlay: Overlay) => Result): ((overlay: Overlay) => Result) => {
  const results = new Map<Overlay, Result>();
  return (overlay) => {
    const result = results.get(overlay) ?? read(overlay);
    results.set(overlay, result);
    return result;
  };
};

/** The resources of an overlay as they are written. */
export const written = once((overlay): Tree => readTree(join(folder, 'overlays', overlay), { [laptopSecretsFile]: secrets }));

/** The resources of an overlay as Kustomize makes them: with its patches, names and images. @throws Error with what kubectl says. */
export const rendered = once((overlay): Resource[] => {
  const copy = mkdtempSync(join(tmpdir(), 'marigold-kubernetes-'));
  try {
    cpSync(folder, copy, { recursive: true });
    writeFileSync(join(copy, relative(folder, laptopSecretsFile)), secrets);
    return parseResources(execFileSync('kubectl', ['kustomize', join(copy, 'overlays', overlay)], { encoding: 'utf8' }));
  } finally {
    rmSync(copy, { recursive: true });
  }
});
