import { z } from 'zod';
import { ofKind, type Resource } from './resources.ts';
import { selects } from './workloads.ts';

const labelSelector = z.object({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z.array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).optional() })).optional(),
});
const peer = z.strictObject({
  podSelector: labelSelector.optional(),
  namespaceSelector: labelSelector.optional(),
  ipBlock: z.object({ cidr: z.string(), except: z.array(z.string()).optional() }).optional(),
});
const ports = z.array(z.strictObject({ port: z.number(), protocol: z.string().optional() }));
const policy = z.strictObject({
  podSelector: labelSelector,
  policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
  ingress: z.array(z.strictObject({ from: z.array(peer), ports })).default([]),
  egress: z.array(z.strictObject({ to: z.array(peer), ports })).default([]),
});
const kafka = z.looseObject({
  kafka: z.looseObject({ listeners: z.array(z.looseObject({ port: z.number(), networkPolicyPeers: z.array(peer) })) }),
});
type Policy = z.infer<typeof policy>;
type Peer = z.infer<typeof peer>;

/** A pod, or whoever else may send: `namespace` null is that of the shop. */
export type Endpoint = { readonly namespace: string | null; readonly labels: Readonly<Record<string, string>> };

/** Who may reach whom: the network policies of the resources, and those that Strimzi makes of the listeners of Kafka. */
export class Network {
  readonly #policies: readonly Policy[];

  constructor(resources: readonly Resource[]) {
    const ofListeners = ofKind(resources, 'Kafka').flatMap((one) =>
      kafka.parse(one['spec']).kafka.listeners.map(
        ({ port, networkPolicyPeers }): Policy => ({
          podSelector: { matchLabels: { 'strimzi.io/cluster': one.metadata.name, 'strimzi.io/kind': 'Kafka' } },
          policyTypes: ['Ingress'],
          ingress: [{ from: networkPolicyPeers, ports: [{ port }] }],
          egress: [],
        }),
      ),
    );
    this.#policies = [...ofKind(resources, 'NetworkPolicy').map((one) => policy.parse(one['spec'])), ...ofListeners];
  }

  /** Whether the sender may send and the receiver may be reached, over TCP. */
  allows(from: Endpoint, to: Endpoint, port: number): boolean {
    return this.#mayLeave(from, to, port) && this.#mayEnter(from, to, port);
  }

  #mayLeave(from: Endpoint, to: Endpoint, port: number): boolean {
    const own = this.#of(from, 'Egress');
    return (
      own.length === 0 ||
      own.some(({ egress }) => egress.some((rule) => hasPort(rule.ports, port) && rule.to.some((one) => isPeer(one, to))))
    );
  }

  #mayEnter(from: Endpoint, to: Endpoint, port: number): boolean {
    const own = this.#of(to, 'Ingress');
    return (
      own.length === 0 ||
      own.some(({ ingress }) => ingress.some((rule) => hasPort(rule.ports, port) && rule.from.some((one) => isPeer(one, from))))
    );
  }

  /** Those of the shop's namespace alone: what no policy selects is open. */
  #of({ namespace, labels }: Endpoint, type: 'Ingress' | 'Egress'): Policy[] {
    if (namespace !== null) return [];
    return this.#policies.filter(({ podSelector, policyTypes }) => policyTypes.includes(type) && selects(podSelector, labels));
  }
}

const hasPort = (allowed: z.infer<typeof ports>, port: number) =>
  allowed.some((one) => one.port === port && (one.protocol ?? 'TCP') === 'TCP');

function isPeer({ podSelector, namespaceSelector }: Peer, { namespace, labels }: Endpoint): boolean {
  if (podSelector === undefined && namespaceSelector === undefined) return false;
  const isThere =
    namespaceSelector === undefined
      ? namespace === null
      : namespace !== null && selects(namespaceSelector, { 'kubernetes.io/metadata.name': namespace });
  return isThere && (podSelector === undefined || selects(podSelector, labels));
}
