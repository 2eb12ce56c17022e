import { z } from 'zod';
import { ofKind, type Resource } from './resources.ts';

const port = z.union([z.string(), z.number()]);
const probe = z
  .looseObject({ httpGet: z.object({ path: z.string(), port }).optional(), tcpSocket: z.object({ port }).optional() })
  .optional();
const variable = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }) }).optional(),
});
const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).default([]),
  env: z.array(variable).default([]),
  envFrom: z.array(z.object({ configMapRef: z.object({ name: z.string() }) })).default([]),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
});
const pod = z.looseObject({
  containers: z.array(container).min(1),
  initContainers: z.array(container).default([]),
  volumes: z
    .array(
      z.looseObject({
        name: z.string(),
        configMap: z.object({ name: z.string() }).optional(),
        secret: z.object({ secretName: z.string(), items: z.array(z.object({ key: z.string(), path: z.string() })) }).optional(),
      }),
    )
    .default([]),
});
const spec = z.looseObject({
  selector: z.object({ matchLabels: z.record(z.string(), z.string()) }).optional(),
  template: z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()) }), spec: pod }),
});

export type Container = z.infer<typeof container>;
/** What makes pods: a Deployment or a Job. */
export type Workload = {
  readonly kind: string;
  readonly name: string;
  readonly selector: Readonly<Record<string, string>> | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: z.infer<typeof pod>;
};

export function workloadsOf(resources: readonly Resource[]): Workload[] {
  return ofKind(resources, 'Deployment', 'Job').map((resource) => {
    const { selector, template } = spec.parse(resource['spec']);
    const { kind, metadata } = resource;
    return { kind, name: metadata.name, selector: selector?.matchLabels ?? null, labels: template.metadata.labels, pod: template.spec };
  });
}

export const containersOf = ({ pod: { initContainers, containers } }: Workload): Container[] => [...initContainers, ...containers];

type Selector = {
  readonly matchLabels?: Readonly<Record<string, string>> | undefined;
  readonly matchExpressions?:
    | readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] | undefined }[]
    | undefined;
};

/** Whether a label selector takes what has these labels; an empty one takes everything. */
export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Readonly<Record<string, string>>): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator === 'In') return values.includes(labels[key] ?? '');
      throw new Error(`The operator ${operator} is not read here.`);
    })
  );
}

/**
 * The variables of a container as its process sees them, `$(NAME)` filled in. `secretValue`: what a key of a Secret holds.
 */
export function environmentOf(
  { env, envFrom }: Container,
  resources: readonly Resource[],
  secretValue: (name: string, key: string) => string | undefined,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { configMapRef } of envFrom) {
    const configMap = ofKind(resources, 'ConfigMap').find(({ metadata }) => metadata.name === configMapRef.name);
    Object.assign(found, configMap?.['data']);
  }
  for (const { name, value, valueFrom } of env) {
    const ref = valueFrom?.secretKeyRef;
    const text = ref === undefined ? value : secretValue(ref.name, ref.key);
    if (text !== undefined) found[name] = text.replaceAll(/\$\(([A-Z_]+)\)/g, (whole, other: string) => found[other] ?? whole);
  }
  return found;
}

/** Variables that a container has only to put them into others. */
export function partsOf({ env }: Container): Set<string> {
  return new Set(env.flatMap(({ value = '' }) => [...value.matchAll(/\$\(([A-Z_]+)\)/g)].map(([, name = '']) => name)));
}
