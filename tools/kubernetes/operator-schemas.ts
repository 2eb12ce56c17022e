import { z } from 'zod';

/*
 * Strimzi and CloudNativePG publish no schema in the npm registry. These have the fields that are used here and no others, after the
 * definitions of Strimzi's v1 API and CloudNativePG 1.27.
 */
const labels = z.record(z.string(), z.string());
const quantity = z.union([z.string().regex(/^\d+(\.\d+)?([EPTGMK]i?|m)?$/), z.int()]);
const resources = z.strictObject({
  requests: z.strictObject({ cpu: quantity, memory: quantity }),
  limits: z.strictObject({ memory: quantity }),
});
const metadata = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/),
  namespace: z.string().optional(),
  labels: labels.optional(),
});
const ofCluster = metadata.extend({ labels: z.looseObject({ 'strimzi.io/cluster': z.string() }) });
const selector = z.strictObject({
  matchLabels: labels.optional(),
  matchExpressions: z
    .array(
      z.strictObject({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});
const resourceOf = <Spec extends z.ZodType>(apiVersion: string, kind: string, spec: Spec, meta: z.ZodType = metadata) =>
  z.strictObject({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), metadata: meta, spec });

const listener = z.strictObject({
  name: z.string().regex(/^[a-z0-9]{1,11}$/),
  port: z
    .int()
    .min(9092)
    .refine((port) => port !== 9404 && port !== 9999, 'is taken by Prometheus and JMX'),
  type: z.enum(['internal', 'route', 'loadbalancer', 'nodeport', 'ingress', 'cluster-ip']),
  tls: z.boolean(),
  authentication: z.strictObject({ type: z.enum(['tls', 'scram-sha-512']) }).optional(),
  networkPolicyPeers: z.array(z.strictObject({ podSelector: selector.optional(), namespaceSelector: selector.optional() })).min(1),
});
const kafka = z.strictObject({
  kafka: z.strictObject({
    listeners: z.array(listener).min(1),
    config: z.record(z.string(), z.union([z.string(), z.int(), z.boolean()])),
    template: z.strictObject({
      pod: z.strictObject({
        securityContext: z.strictObject({
          runAsNonRoot: z.literal(true),
          seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
        }),
        topologySpreadConstraints: z.array(
          z.strictObject({
            maxSkew: z.int().min(1),
            topologyKey: z.string(),
            whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']),
            labelSelector: selector,
          }),
        ),
      }),
    }),
  }),
  entityOperator: z.strictObject({ topicOperator: z.strictObject({}), userOperator: z.strictObject({}) }),
});
const nodePool = z.strictObject({
  replicas: z.int().min(1),
  roles: z.array(z.enum(['controller', 'broker'])).min(1),
  storage: z.strictObject({
    type: z.literal('jbod'),
    volumes: z
      .array(
        z.strictObject({
          id: z.int().min(0),
          type: z.enum(['ephemeral', 'persistent-claim']),
          size: quantity,
          deleteClaim: z.boolean(),
          kraftMetadata: z.literal('shared').optional(),
        }),
      )
      .min(1),
  }),
  resources,
  jvmOptions: z.strictObject({ '-Xms': z.string().regex(/^\d+[mMgG]?$/), '-Xmx': z.string().regex(/^\d+[mMgG]?$/) }),
});
const topic = z.strictObject({
  partitions: z.int().min(1),
  replicas: z.int().min(1).max(32_767),
  config: z.record(z.string(), z.union([z.string(), z.int()])),
});
const user = z.strictObject({ authentication: z.strictObject({ type: z.enum(['tls', 'scram-sha-512']) }) });

const role = z.strictObject({
  name: z.string(),
  ensure: z.enum(['present', 'absent']),
  login: z.boolean(),
  superuser: z.literal(false),
  createdb: z.literal(false),
  createrole: z.literal(false),
  passwordSecret: z.strictObject({ name: z.string() }),
});
const postgres = z.strictObject({
  instances: z.int().min(1),
  imageName: z.string().regex(/:\d/),
  enableSuperuserAccess: z.literal(false),
  bootstrap: z.strictObject({
    initdb: z.strictObject({ encoding: z.literal('UTF8'), localeCollate: z.string(), localeCType: z.string() }),
  }),
  postgresql: z.strictObject({
    parameters: z.record(z.string(), z.string()),
    pg_hba: z.array(z.string()).optional(),
    synchronous: z.strictObject({ method: z.enum(['any', 'first']), number: z.int().min(1) }).optional(),
  }),
  managed: z.strictObject({ roles: z.array(role) }),
  resources,
  storage: z.strictObject({ size: quantity }),
  walStorage: z.strictObject({ size: quantity }).optional(),
});
const database = z.strictObject({
  cluster: z.strictObject({ name: z.string() }),
  name: z.string(),
  owner: z.string(),
  databaseReclaimPolicy: z.enum(['delete', 'retain']),
});

const strimzi = 'kafka.strimzi.io/v1';
const cnpg = 'postgresql.cnpg.io/v1';

/** By version and kind. */
export const operatorSchemas: Readonly<Record<string, z.ZodType>> = {
  [`${strimzi}/Kafka`]: resourceOf(strimzi, 'Kafka', kafka),
  [`${strimzi}/KafkaNodePool`]: resourceOf(strimzi, 'KafkaNodePool', nodePool, ofCluster),
  [`${strimzi}/KafkaTopic`]: resourceOf(strimzi, 'KafkaTopic', topic, ofCluster),
  [`${strimzi}/KafkaUser`]: resourceOf(strimzi, 'KafkaUser', user, ofCluster),
  [`${cnpg}/Cluster`]: resourceOf(cnpg, 'Cluster', postgres),
  [`${cnpg}/Database`]: resourceOf(cnpg, 'Database', database),
};
