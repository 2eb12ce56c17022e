import DataLoader from 'dataloader';
import type { Identity } from '#platform/auth.ts';
import type { MailDependencies } from './dependencies.ts';
import { findMailsOfOrders, type Mail } from './queries.ts';

export type Loaders = ReturnType<typeof createLoaders>;

/** One request's loaders: the mails of all its orders are read at once. */
export function createLoaders(deps: MailDependencies, identity: Identity) {
  return { mailsOfOrder: new DataLoader<string, Mail[] | null>((orderIds) => findMailsOfOrders(deps, identity, orderIds)) };
}
