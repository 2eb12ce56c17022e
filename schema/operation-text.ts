import { readFileSync } from 'node:fs';

/** The text of a registered operation, as in `demo/place-order`: what our tools send is what the schema check knows. */
export function operationText(path: `${'admin' | 'demo' | 'storefront' | 'tools'}/${string}`): string {
  return readFileSync(new URL(`./operations/${path}.graphql`, import.meta.url), 'utf8');
}
