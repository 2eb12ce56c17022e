/** The processes of the shop that are ours, in the order in which they are told of. */
export const services = [
  { name: 'product', file: 'subgraphs/product/main.ts', port: 4001, databases: ['product'] },
  { name: 'cart', file: 'subgraphs/cart/main.ts', port: 4002, databases: ['cart'] },
  { name: 'order', file: 'subgraphs/order/main.ts', port: 4003, databases: ['order'] },
  { name: 'user', file: 'subgraphs/user/main.ts', port: 4004, databases: ['user'] },
  { name: 'payment', file: 'subgraphs/payment/main.ts', port: 4005, databases: ['payment', 'provider'] },
  { name: 'mailer', file: 'services/mailer/main.ts', port: 4006, databases: ['mailer'] },
  { name: 'gateway', file: 'gateway/main.ts', port: 4000, databases: [] },
] as const;

export type ServiceName = (typeof services)[number]['name'];

export const serviceNames: readonly ServiceName[] = services.map((service) => service.name);

/** The subgraphs that the gateway asks. */
export const subgraphNames = ['product', 'cart', 'order', 'user', 'payment'] as const satisfies readonly ServiceName[];

export const databaseNames: readonly string[] = services.flatMap((service) => service.databases);
