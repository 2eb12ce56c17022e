import { operatorSchemas } from './operator-schemas.ts';
import { nameOf, type Resource } from './resources.ts';

/** The packages whose classes check a resource by the schemas that Kubernetes and the operators publish; each has `<group>/<version>/<kind>`. */
const packages: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  'keda.sh': (path) => import(`@kubernetes-models/keda/${path}`),
  'gateway.networking.k8s.io': (path) => import(`@kubernetes-models/gateway-api/${path}`),
  'monitoring.coreos.com': (path) => import(`@kubernetes-models/prometheus-operator/${path}`),
  'external-secrets.io': (path) => import(`@kubernetes-models/external-secrets/${path}`),
};
const ofKubernetes = (path: string): Promise<unknown> => import(`kubernetes-models/${path}`);

type Model = { readonly prototype: { validate(): void } };

/** What in a resource is not as its published schema has it, one sentence each; fields that the schema does not know as well. */
export async function problemsOfSchema(resource: Resource): Promise<string[]> {
  const { apiVersion, kind } = resource;
  const ofOperator = operatorSchemas[`${apiVersion}/${kind}`];
  if (ofOperator) {
    const { error } = ofOperator.safeParse(resource);
    return (error?.issues ?? []).map(({ path, message }) => `${nameOf(resource)} ${path.join('.')}: ${message}`);
  }
  const load = packages[apiVersion.split('/')[0] ?? ''] ?? ofKubernetes;
  const model = await load(`${apiVersion}/${kind}`).then(
    (module) => (module as Readonly<Record<string, Model>>)[kind],
    () => undefined,
  );
  if (model === undefined) return [`${nameOf(resource)}: there is no schema for ${apiVersion}/${kind}`];
  const reads = new Reads();
  try {
    model.prototype.validate.call(reads.watch(resource, ''));
  } catch (error) {
    return [`${nameOf(resource)}: ${error instanceof Error ? error.message : String(error)}`];
  }
  return reads.unread().map((path) => `${nameOf(resource)} ${path}: is no field`);
}

/**
 * Which fields a validator has looked at. The schemas allow fields that they do not name, as the API does, which drops them in silence; but a
 * compiled validator reads each field that it knows, so that a field which it never reads is a misspelt one.
 */
class Reads {
  readonly #objects: { readonly path: string; readonly value: object; readonly keys: Set<string>; isMap: boolean }[] = [];

  watch<Value>(value: Value, path: string): Value {
    if (typeof value !== 'object' || value === null) return value;
    const object = { path, value, keys: new Set<string>(), isMap: false };
    this.#objects.push(object);
    return new Proxy(value, {
      get: (target, key) => {
        const found = Reflect.get(target, key);
        if (typeof key !== 'string') return found;
        object.keys.add(key);
        return this.watch(found, `${path}/${key}`);
      },
      ownKeys(target) {
        // it goes through all of them, whatever their names
        object.isMap = true;
        return Reflect.ownKeys(target);
      },
    });
  }

  unread(): string[] {
    const known = Map.groupBy(this.#objects, ({ path }) => path);
    return [...known].flatMap(([path, objects]) => {
      const [first] = objects;
      const keys = new Set(objects.flatMap((one) => [...one.keys]));
      // an object that nothing was read of may hold anything
      if (first === undefined || Array.isArray(first.value) || keys.size === 0 || objects.some(({ isMap }) => isMap)) return [];
      return Object.keys(first.value).flatMap((key) => (keys.has(key) ? [] : [`${path}/${key}`]));
    });
  }
}
