import { randomUUID } from 'node:crypto';
import { signEmailLink } from '#platform/auth.ts';
import type { Case, Customer } from './case.ts';
import { internalSecret } from './graph.ts';

const place = { city: 'C', region: 'D', postalCode: '49000', country: 'VN' };
const address = { name: 'A', line1: 'B', line2: '4th floor', ...place, phone: '+84 24 3825 3525' };

async function keepAddress({ ask }: Customer, line2 = address.line2): Promise<string> {
  const query = 'mutation ($input: SaveAddressInput!) { saveAddress(input: $input) { ... on SaveAddressSuccess { address { id } } } }';
  const { saveAddress } = await ask('newcomer', query, { input: { ...address, line2 } });
  return (saveAddress as { address: { id: string } }).address.id;
}

/** A refresh token works once. */
const withRefreshToken: Case = {
  as: 'newcomer',
  async variables({ newcomer }) {
    const { refreshToken } = await newcomer();
    return { input: { refreshToken } };
  },
};

/** What people do with their own accounts: each with one of its own. */
export const accountCases: Readonly<Record<string, Case>> = {
  'storefront/account': {
    as: 'newcomer',
    async variables(customer) {
      await customer.newcomer();
      await keepAddress(customer);
      return {};
    },
  },
  'storefront/change-email': {
    as: 'newcomer',
    async variables({ newcomer }) {
      const { password } = await newcomer();
      return { input: { email: `case-${randomUUID().slice(0, 8)}@example.com`, password } };
    },
  },
  'storefront/change-password': {
    as: 'newcomer',
    async variables({ newcomer }) {
      const { password } = await newcomer();
      return { input: { currentPassword: password, newPassword: 'another long enough password' } };
    },
  },
  'storefront/confirm-email': {
    as: 'newcomer',
    async variables({ newcomer }) {
      const { userId, email } = await newcomer();
      return { input: { token: signEmailLink({ userId, email }, internalSecret) } };
    },
  },
  'storefront/delete-account': {
    as: 'newcomer',
    async variables({ newcomer }) {
      const { password } = await newcomer();
      return { input: { password } };
    },
  },
  'storefront/log-out': withRefreshToken,
  'storefront/refresh-session': withRefreshToken,
  'storefront/remove-address': {
    as: 'newcomer',
    async variables(customer) {
      await customer.newcomer();
      const id = await keepAddress(customer);
      await keepAddress(customer, '5th floor');
      return { input: { id } };
    },
  },
  'storefront/request-password-reset': { variables: () => ({ input: { email: 'nobody@example.com' } }) },
  'storefront/reset-password': {
    as: 'newcomer',
    async variables({ newcomer, ask, resetToken }) {
      const { email } = await newcomer();
      const query = 'mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { __typename } }';
      await ask('newcomer', query, { input: { email } });
      return { input: { token: await resetToken(email), newPassword: 'another long enough password' } };
    },
  },
  'storefront/save-address': {
    as: 'newcomer',
    async variables({ newcomer }) {
      await newcomer();
      return { input: address };
    },
  },
};
