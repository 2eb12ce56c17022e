import { describe, expect, test } from '@jest/globals';
import { Network } from '../kubernetes/network.ts';
import { written } from '../kubernetes/overlays.ts';
import { problemsOfReferences } from '../kubernetes/reference-problems.ts';
import { ofKind, parseResources, type Resource } from '../kubernetes/resources.ts';
import { problemsOfSchema } from '../kubernetes/schema-problems.ts';
import { selects } from '../kubernetes/workloads.ts';

const { resources } = written('production');

/** The resource of a name, with a part of its JSON replaced. */
function changed(kind: string, name: string, from: string | RegExp, to: string): Resource {
  const [found] = ofKind(resources, kind).filter(({ metadata }) => metadata.name === name);
  const text = JSON.stringify(found);
  const other = text.replace(from, to);
  if (found === undefined || other === text) throw new Error(`${kind}/${name} does not hold ${from}.`);
  return JSON.parse(other) as Resource;
}

const withChange = (resource: Resource): Resource[] =>
  resources.map((one) => (one.kind === resource.kind && one.metadata.name === resource.metadata.name ? resource : one));
const without = (kind: string, name: string) => resources.filter((one) => one.kind !== kind || one.metadata.name !== name);

describe('the check of schemas names', () => {
  test.each<[what: string, kind: string, name: string, from: string, to: string, problem: string]>([
    [
      'a misspelt field',
      'Deployment',
      'order',
      '"readinessProbe"',
      '"readynessProbe"',
      '/spec/template/spec/containers/0/readynessProbe: is no field',
    ],
    ['a field deep in a list', 'NetworkPolicy', 'dns', '"protocol":"UDP"', '"protocoll":"UDP"', 'ports/0/protocoll: is no field'],
    ['a value of another type', 'Service', 'order', '"port":4003', '"port":"4003"', 'data/spec/ports/0/port must be integer'],
    [
      'a field that must be there',
      'PodDisruptionBudget',
      'order',
      '"apiVersion":"policy/v1"',
      '"apiVersion":"policy/v2"',
      'there is no schema for policy/v2',
    ],
    ['a misspelt field of KEDA', 'ScaledObject', 'order', '"maxReplicaCount"', '"maxReplicas"', '/spec/maxReplicas: is no field'],
    ['a misspelt field of the Gateway API', 'HTTPRoute', 'shop', '"backendRefs"', '"backends"', '/spec/rules/0/backends: is no field'],
    [
      'a misspelt field of Prometheus’ operator',
      'PodMonitor',
      'services',
      '"podMetricsEndpoints"',
      '"endpoints"',
      '/spec/endpoints: is no field',
    ],
    ['a misspelt field of External Secrets', 'ExternalSecret', 'smtp', '"refreshInterval"', '"refresh"', '/spec/refresh: is no field'],
    ['a misspelt field of Strimzi', 'KafkaTopic', 'checkout', '"partitions"', '"partition"', 'partition'],
    ['a role that may do everything', 'Cluster', 'postgres', '"superuser":false', '"superuser":true', 'superuser'],
  ])('%s', async (_, kind, name, from, to, problem) => {
    expect((await problemsOfSchema(changed(kind, name, from, to))).join('\n')).toContain(problem);
  });

  test('nothing in labels and other maps, whose keys are free', async () => {
    const [configMap] = parseResources(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one, labels: { any: thing } }\ndata: { what: ever }\n',
    );

    expect(configMap && (await problemsOfSchema(configMap))).toEqual([]);
  });
});

describe('the check of references names', () => {
  test.each<[what: string, state: Resource[], problem: string]>([
    ['a resource that is there twice', [...resources, ...ofKind(resources, 'Namespace')], 'Namespace/marigold of v1 is there twice'],
    [
      'a selector that misses its pods',
      withChange(
        changed(
          'Deployment',
          'cart',
          /"matchLabels":\{"app.kubernetes.io\/name":"cart"/,
          '"matchLabels":{"app.kubernetes.io/name":"basket"',
        ),
      ),
      'Deployment/cart does not select its own pods',
    ],
    [
      'a pod outside of the network policies',
      withChange(
        changed(
          'Deployment',
          'cart',
          /(?<="template":\{"metadata":\{"labels":\{[^}]*)"app.kubernetes.io\/part-of":"marigold"/,
          '"app.kubernetes.io/part-of":"other"',
        ),
      ),
      'the pods of Deployment/cart are no part of marigold: no policy is theirs',
    ],
    [
      'a probe of a port that is not there',
      withChange(changed('Deployment', 'cart', '"port":"http"', '"port":"web"')),
      'a probe of cart asks the port web, which it has not',
    ],
    [
      'a probe of a path that is not there',
      withChange(changed('Deployment', 'cart', '"/readyz"', '"/ready"')),
      'a probe of cart asks /ready, where nothing is',
    ],
    ['a ConfigMap that is not there', without('ConfigMap', 'grants'), 'Job/migrate-cart reads the ConfigMap grants, which is not there'],
    [
      'a Secret that is not declared',
      without('ExternalSecret', 'mail-keys'),
      'MAIL_KEYS of the Secret mail-keys is read, and not declared',
    ],
    [
      'a key that a Secret lacks',
      withChange(changed('ExternalSecret', 'smtp', '"secretKey":"SMTP_URL"', '"secretKey":"SMTP"')),
      'SMTP_URL of the Secret smtp is read, and not declared',
    ],
    [
      'a secret that nothing reads',
      without('Deployment', 'gateway')
        .filter(({ kind }) => kind !== 'Job')
        .map((one) =>
          one.metadata.name === 'mail'
            ? changed('Deployment', 'mail', /"name":"smtp","key":"SMTP_URL"/, '"name":"mail-keys","key":"MAIL_KEYS"')
            : one,
        ),
      'SMTP_URL of smtp is a secret that nothing reads',
    ],
    ['a Service that leads nowhere', without('Deployment', 'cart'), 'Service/cart leads to 0 workloads'],
    [
      'a Service with another port',
      withChange(changed('Service', 'cart', '"port":4002', '"port":4012')),
      'Service/cart has http at 4012, its pods have it at 4002',
    ],
    [
      'a Service to a port that is not there',
      withChange(changed('Service', 'cart', '"targetPort":"http"', '"targetPort":"web"')),
      'the port http of Service/cart leads to web, which its pods have not',
    ],
    [
      'two scalers of one workload',
      withChange(changed('HorizontalPodAutoscaler', 'user', '"kind":"Deployment","name":"user"', '"kind":"Deployment","name":"order"')),
      'order has two scalers, which would work against each other',
    ],
    [
      'a scaler of nothing',
      withChange(changed('ScaledObject', 'order', '"scaleTargetRef":{"name":"order"}', '"scaleTargetRef":{"name":"orders"}')),
      'orders is scaled, and not there',
    ],
    ['a scaler whose password nobody makes', without('KafkaUser', 'keda'), 'KEDA reads password of keda, which no operator makes'],
    ['a scaler without its credentials', without('TriggerAuthentication', 'kafka'), 'there is no TriggerAuthentication kafka'],
    [
      'a disruption budget of nothing',
      withChange(changed('PodDisruptionBudget', 'mail', '"app.kubernetes.io/name":"mail"', '"app.kubernetes.io/name":"mailer"')),
      'PodDisruptionBudget/mail is for 0 workloads',
    ],
    [
      'a monitor of a port that is not there',
      withChange(changed('PodMonitor', 'services', '"port":"admin"', '"port":"metrics"')),
      'PodMonitor/services asks a port that gateway has not',
    ],
    [
      'a route to a port that is not there',
      withChange(changed('HTTPRoute', 'shop', '"port":4000', '"port":80')),
      'HTTPRoute/shop leads to gateway:80, which is not there',
    ],
    [
      'a route of another name',
      withChange(changed('HTTPRoute', 'shop', '"hostnames":["shop.', '"hostnames":["www.')),
      'HTTPRoute/shop hangs on no listener of its name',
    ],
    [
      'a topic of another Kafka',
      withChange(changed('KafkaTopic', 'checkout', '"strimzi.io/cluster":"shop"', '"strimzi.io/cluster":"my"')),
      'KafkaTopic/checkout is of no Kafka that is there',
    ],
    [
      'a database without an owner',
      withChange(changed('Database', 'order', '"owner":"marigold_order_owner"', '"owner":"nobody"')),
      'Database/order has no cluster or no owner',
    ],
  ])('%s', (_, state, problem) => {
    expect(problemsOfReferences(state)).toContain(problem);
  });
});

describe('the network', () => {
  const gateway = {
    namespace: null,
    labels: { 'app.kubernetes.io/name': 'gateway', 'app.kubernetes.io/component': 'gateway', 'app.kubernetes.io/part-of': 'marigold' },
  };
  const cart = {
    namespace: null,
    labels: { 'app.kubernetes.io/name': 'cart', 'app.kubernetes.io/component': 'subgraph', 'app.kubernetes.io/part-of': 'marigold' },
  };

  test('is open where no policy is, closed by one that allows nothing, and opened at both ends', () => {
    const denied = ofKind(resources, 'NetworkPolicy').filter(({ metadata }) => metadata.name === 'default-deny');

    expect(new Network([]).allows(gateway, cart, 4002)).toBe(true);
    expect(new Network(denied).allows(gateway, cart, 4002)).toBe(false);
    expect(new Network(without('NetworkPolicy', 'cart-from-callers')).allows(gateway, cart, 4002)).toBe(false);
    expect(new Network(without('NetworkPolicy', 'gateway-to-subgraphs')).allows(gateway, cart, 4002)).toBe(false);
    expect(new Network(resources).allows(gateway, cart, 4002)).toBe(true);
    expect(new Network(resources).allows(gateway, cart, 9090)).toBe(false);
  });

  test('reads no selector that it does not know', () => {
    expect(() => selects({ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b'] }] }, {})).toThrow(
      'The operator NotIn is not read here.',
    );
  });
});
