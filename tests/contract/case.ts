/** A new user, whose account nothing else depends on. */
export type Newcomer = {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
  readonly refreshToken: string;
};

/** Who asks in a case, and what they have. */
export type Customer = {
  readonly productId: string;
  readonly refreshToken: string;
  readonly administrator: { readonly username: string; readonly password: string };
  ask(as: 'customer' | 'admin' | 'newcomer', query: string, variables?: object): Promise<Record<string, unknown>>;
  /** Opens an account for this case alone; from then on it asks as `newcomer`. */
  newcomer(): Promise<Newcomer>;
  /** The token in the password-reset mail. */
  resetToken(email: string): Promise<string>;
};

export type Case = {
  readonly as?: 'customer' | 'admin' | 'newcomer';
  /** Makes what the operation needs. */
  variables?(customer: Customer): Promise<object> | object;
  /** For a subscription: done as soon as it listens. */
  meanwhile?(customer: Customer): Promise<void>;
  /** What is null although all went well. */
  readonly absent?: readonly string[];
};
