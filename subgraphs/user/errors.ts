import type { AddressRow } from './kept-addresses.ts';

export type UsernameTaken = { __typename: 'UsernameTaken'; code: 'USERNAME_TAKEN'; message: string };
export type WrongCredentials = { __typename: 'WrongCredentials'; code: 'WRONG_CREDENTIALS'; message: string };
export type TooManyAttempts = { __typename: 'TooManyAttempts'; code: 'TOO_MANY_ATTEMPTS'; message: string; retryAfterSeconds: number };
export type InvalidToken = { __typename: 'InvalidToken'; code: 'INVALID_TOKEN'; message: string };
export type AddressNotFound = { __typename: 'AddressNotFound'; code: 'ADDRESS_NOT_FOUND'; message: string };
/** The address was changed since the caller looked at it. */
export type AddressChanged = { __typename: 'AddressChanged'; code: 'ADDRESS_CHANGED'; message: string; address: AddressRow };
export type UserNotFound = { __typename: 'UserNotFound'; code: 'USER_NOT_FOUND'; message: string };
export type LastAdmin = { __typename: 'LastAdmin'; code: 'LAST_ADMIN'; message: string };

export const usernameTaken: UsernameTaken = {
  __typename: 'UsernameTaken',
  code: 'USERNAME_TAKEN',
  message: 'This username is taken. Choose another.',
};
export const wrongLogin: WrongCredentials = {
  __typename: 'WrongCredentials',
  code: 'WRONG_CREDENTIALS',
  message: 'The login or the password is not right.',
};
export const wrongPassword: WrongCredentials = {
  __typename: 'WrongCredentials',
  code: 'WRONG_CREDENTIALS',
  message: 'The password is not right.',
};
export const invalidRefreshToken: InvalidToken = {
  __typename: 'InvalidToken',
  code: 'INVALID_TOKEN',
  message: 'This session has ended. Log in again.',
};
export const invalidResetToken: InvalidToken = {
  __typename: 'InvalidToken',
  code: 'INVALID_TOKEN',
  message: 'This link was used or is too old. Ask for a new one.',
};
export const invalidEmailLink: InvalidToken = {
  __typename: 'InvalidToken',
  code: 'INVALID_TOKEN',
  message: 'This link is too old, or the account has another address by now. Write the address into your account once more.',
};
export const addressNotFound: AddressNotFound = {
  __typename: 'AddressNotFound',
  code: 'ADDRESS_NOT_FOUND',
  message: 'You have no such address.',
};
export const userNotFound: UserNotFound = { __typename: 'UserNotFound', code: 'USER_NOT_FOUND', message: 'There is no such account.' };
export const lastAdmin: LastAdmin = {
  __typename: 'LastAdmin',
  code: 'LAST_ADMIN',
  message: 'This is the last admin of the shop. Give another account the role first.',
};

export function tooManyAttempts(retryAfterSeconds: number): TooManyAttempts {
  return {
    __typename: 'TooManyAttempts',
    code: 'TOO_MANY_ATTEMPTS',
    message: `Too many attempts. Try again in ${retryAfterSeconds} second${retryAfterSeconds === 1 ? '' : 's'}.`,
    retryAfterSeconds,
  };
}

/** `address` is what it is now. */
export function addressChanged(address: AddressRow): AddressChanged {
  return { __typename: 'AddressChanged', code: 'ADDRESS_CHANGED', message: 'This address was changed meanwhile.', address };
}
