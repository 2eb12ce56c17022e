import { z } from 'zod';
import { readCommandLine } from '#platform/command.ts';
import { loadConfig, variable } from '#platform/config.ts';
import { seedShop } from './seed-shop.ts';

const usage = `Fills the catalogue of a shop when it is empty, and opens the customer's account when there is none. Doing it again changes nothing.
It ends when one can buy what it has put there: the gateway opens afterwards.

node tools/seed/seed.ts

PRODUCT_URL         the subgraph: http://localhost:4001/graphql
CART_URL
USER_URL
INTERNAL_TOKEN_SECRET   what calls to them are signed with
ADMIN_LOGIN         the admin's username or e-mail address
ADMIN_PASSWORD
CUSTOMER_EMAIL      the account to open
CUSTOMER_USERNAME
CUSTOMER_PASSWORD

Of each, NAME_FILE may be the path of a file with the value instead.`;

const text = z.string();
const variables = {
  PRODUCT_URL: variable.httpUrl(),
  CART_URL: variable.httpUrl(),
  USER_URL: variable.httpUrl(),
  INTERNAL_TOKEN_SECRET: variable.secrets(),
  ADMIN_LOGIN: text,
  ADMIN_PASSWORD: text,
  CUSTOMER_EMAIL: text,
  CUSTOMER_USERNAME: text,
  CUSTOMER_PASSWORD: text,
} as const;

readCommandLine(usage, {});
try {
  const config = loadConfig(variables, process.env);
  const { products, created, registered } = await seedShop({
    urls: { product: config.PRODUCT_URL, cart: config.CART_URL, user: config.USER_URL },
    internalTokenSecrets: config.INTERNAL_TOKEN_SECRET,
    admin: { login: config.ADMIN_LOGIN, password: config.ADMIN_PASSWORD },
    customer: { email: config.CUSTOMER_EMAIL, username: config.CUSTOMER_USERNAME, password: config.CUSTOMER_PASSWORD },
  });
  process.stdout.write(
    `${created} of ${products} products were added; the customer's account ${registered ? 'was opened' : 'was there'}.\n`,
  );
} catch (error) {
  process.stderr.write(`seed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
