import type { Names } from './names.ts';
import type { Place } from './places.ts';

const folder = 'deploy/kubernetes';
/** Subgraphs whose manifests are copied: one with one database alone, and one that is scaled by processor time and called by the gateway alone. */
const ports = { cart: '4002', user: '4004' } as const;
type Model = keyof typeof ports;

/** A manifest of the model, for the new subgraph. */
function ofModel(text: string, { kebab, snake }: Names, port: number, name: Model = 'cart'): string {
  return text
    .replaceAll(`marigold_${name}`, `marigold_${snake}`)
    .replaceAll(ports[name], String(port))
    .replaceAll(new RegExp(`\\b${name}\\b`, 'g'), kebab);
}

/** Files of its own, by the file of the model that each is made from. */
export const manifestFiles = (names: Names, port: number, read: (file: string) => string): [string, string][] =>
  ['services', 'migrations'].map((part) => {
    const path = (name: string) => `${folder}/base/${part}/${name}.yaml`;
    return [path(names.kebab), ofModel(read(path('cart')), names, port)];
  });

/** The files of all services that must name it. */
export function manifestPlaces(names: Names, port: number): Place[] {
  const { kebab, snake } = names;
  const place = (file: string, change: (text: string) => string | null): Place => ({ file: `${folder}/${file}`, change });
  const listed = (text: string) => inserted(text, '  - mail.yaml\n', `  - ${kebab}.yaml\n`);
  const role = (owner: '' | '_owner') => `      - name: marigold_${snake}${owner}
        ensure: present
        login: true
        superuser: false
        createdb: false
        createrole: false
        passwordSecret:
          name: postgres-${kebab}${owner.replace('_', '-')}
`;
  /** With copies of documents of a model at the end. */
  const withCopies = (text: string | null, wanted: readonly RegExp[], name: Model = 'cart') => {
    const found = wanted.map((mark) => text?.split('---\n').find((document) => mark.test(document)));
    if (text === null || found.includes(undefined)) return null;
    return [text, ...found.map((document) => ofModel(withoutComments(document ?? ''), names, port, name))].join('---\n');
  };
  return [
    place('base/services/kustomization.yaml', listed),
    place('base/migrations/kustomization.yaml', listed),
    place('base/services/operations.yaml', (text) => inserted(text, ',mail=http', `,${kebab}=http://${kebab}:9090`)),
    place('base/stores/policies-of-services.yaml', (text) => {
      const reached = inserted(text, '        - port: 4008\n', `        - port: ${port}\n`);
      return withCopies(reached, [/name: user-from-callers\n/], 'user');
    }),
    place('base/stores/policies-of-stores.yaml', (text) => {
      const list = 'values: [product, cart, order, user, payment, mail';
      return text.includes(list) ? text.replaceAll(list, `${list}, ${kebab}`) : null;
    }),
    place('base/stores/postgres.yaml', (text) =>
      withCopies(inserted(text, '      - name: marigold_mailer\n', role('') + role('_owner')), [/kind: Database\n[\s\S]*name: cart\n/]),
    ),
    place('overlays/production/kustomization.yaml', (text) => {
      const list = 'in (product, cart, order, user, payment, mail';
      return text.includes(list) ? text.replace(list, `${list}, ${kebab}`) : null;
    }),
    place('overlays/production/edge/database-passwords.yaml', (text) =>
      withCopies(text, [/name: postgres-cart\n/, /name: postgres-cart-owner\n/]),
    ),
    place('overlays/production/availability/disruption-budgets.yaml', (text) => withCopies(text, [/name: cart\n/])),
    // by processor time: it handles no events yet
    place('overlays/production/availability/autoscaling.yaml', (text) =>
      withCopies(text, [/kind: HorizontalPodAutoscaler\n[\s\S]*name: user\n/], 'user'),
    ),
  ];
}

function inserted(text: string, mark: string, added: string): string | null {
  const at = text.indexOf(mark);
  return at < 0 ? null : text.slice(0, at) + added + text.slice(at);
}

const withoutComments = (document: string) => document.replaceAll(/^#.*\n/gm, '');
