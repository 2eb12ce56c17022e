/** What the token of a `user.password-reset-issued` is sealed for: it opens nothing in another event. */
export const aboutReset = (userId: string, expiresAt: string): string => `user.password-reset-issued/${userId}/${expiresAt}`;
