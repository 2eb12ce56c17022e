import { seedShop } from './seed-shop.ts';

const usage = `Fills the catalogue of a shop when it is empty, and opens the customer's account when there is none. Doing it again changes nothing.

node tools/seed/seed.ts

GATEWAY_URL         the graph: http://localhost:4000/graphql
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

try {
  if (process.argv.includes('--help')) {
    process.stdout.write(`${usage}\n`);
  } else {
    const { products, created, registered } = await seedShop({
      gatewayUrl: read('GATEWAY_URL'),
      admin: { login: read('ADMIN_LOGIN'), password: read('ADMIN_PASSWORD') },
      customer: { email: read('CUSTOMER_EMAIL'), username: read('CUSTOMER_USERNAME'), password: read('CUSTOMER_PASSWORD') },
    });
    process.stdout.write(
      `${created} of ${products} products were added; the customer's account ${registered ? 'was opened' : 'was there'}.\n`,
    );
  }
} catch (error) {
  process.stderr.write(`seed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
