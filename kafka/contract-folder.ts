import { asyncApi } from './asyncapi.ts';
import { contractFiles } from './contract-schemas.ts';
import { eventTypes } from './contracts.ts';

/** Everything that lies in `kafka/contracts/`, by file name. The version is that of the contracts: it changes when an event is added. */
export function contractFolder(): Map<string, string> {
  return contractFiles().set('asyncapi.yaml', asyncApi(`1.${eventTypes.length}.0`));
}
