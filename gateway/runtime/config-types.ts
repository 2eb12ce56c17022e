import { z } from 'zod';

const count = (fallback: number) => z.coerce.number().int().min(0).max(1_073_741_824).default(fallback);

/** Types of variables that only the gateway has. */
export const gatewayVariable = {
  count,
  list: () =>
    z
      .string()
      .default('')
      .transform((text) =>
        text
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      ),
  origins: () =>
    gatewayVariable.list().pipe(z.array(z.string().regex(/^(\*|https?:\/\/[^/\s]+)$/, 'must be origins like https://shop.example, or *'))),
  headers: () =>
    gatewayVariable.list().pipe(
      z.array(
        z
          .string()
          .toLowerCase()
          .regex(/^[a-z0-9-]*[a-z0-9-]\*?$/, 'must be names of headers; one may end with * for all that begin so'),
      ),
    ),
  urlsByName: () =>
    gatewayVariable
      .list()
      .pipe(z.array(z.string().regex(/^[^=\s]+=https?:\/\/\S+$/, 'must be name=http://… , separated by commas')))
      .transform((pairs): Record<string, string> => Object.fromEntries(pairs.map(splitPair)))
      .superRefine((urls, context) => {
        for (const [name, url] of Object.entries(urls)) {
          // without what may be a password
          const shown = url.replace(/\/\/[^@/]*@/, '//');
          if (!URL.canParse(url)) context.addIssue({ code: 'custom', message: `the address of ${name} cannot be read: ${shown}` });
        }
      }),
  onOff: (fallback: 'on' | 'off') =>
    z
      .enum(['on', 'off'])
      .default(fallback)
      .transform((value) => value === 'on'),
} as const;

function splitPair(pair: string): [string, string] {
  const end = pair.indexOf('=');
  return [pair.slice(0, end), pair.slice(end + 1)];
}
