import { isIPv4 } from 'node:net';

/** Where the attacks go to, and from. */
export type Target = {
  /** Of the graph, on this machine: http://127.0.0.1:4000/graphql */
  readonly url: string;
  /** The attacker's address, another one than the visitor's; absent where the system has one loopback address only. */
  readonly from?: string;
};

/**
 * The address of a graph on this machine.
 * @throws Error with a sentence when it is none, or is not a loopback address: never flood a machine of others.
 */
export function assertLoopback(given: string): string {
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Error(`'${given}' is no http address.`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host !== 'localhost' && host !== '::1' && !(isIPv4(host) && host.startsWith('127.')))
    throw new Error(
      `${host} is not a loopback address. This command floods what it is pointed at, so it takes this machine's own address only.`,
    );
  // a name could lead elsewhere when it is looked up again
  if (host === 'localhost') url.hostname = '127.0.0.1';
  return url.href;
}
