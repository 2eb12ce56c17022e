import { readCommandLine } from '#platform/command.ts';
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
CUSTOMER_PASSWORD`;

function read(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set.`);
  return value;
}

readCommandLine(usage, {});
try {
  const { products, created, registered } = await seedShop({
    urls: { product: read('PRODUCT_URL'), cart: read('CART_URL'), user: read('USER_URL') },
    internalTokenSecret: read('INTERNAL_TOKEN_SECRET'),
    admin: { login: read('ADMIN_LOGIN'), password: read('ADMIN_PASSWORD') },
    customer: { email: read('CUSTOMER_EMAIL'), username: read('CUSTOMER_USERNAME'), password: read('CUSTOMER_PASSWORD') },
  });
  process.stdout.write(
    `${created} of ${products} products were added; the customer's account ${registered ? 'was opened' : 'was there'}.\n`,
  );
} catch (error) {
  process.stderr.write(`seed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
