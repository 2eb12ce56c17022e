import { Signal } from './signal.ts';

export type Session = {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** Milliseconds since 1970; null when unknown. */
  readonly expiresAt: number | null;
  readonly name: string;
  readonly role: string | null;
};

export type Role = 'guest' | 'customer' | 'admin';
export type Account = { readonly login: string; readonly password: string };
export type Accounts = Readonly<Partial<Record<Role, Account>>>;

/** Who one is in the playground, and what there is to say about it. */
export type Acting = {
  readonly session: Session | null;
  /** The role whose login and password the user must enter, because the shop publishes none. */
  readonly asks: Role | null;
  readonly isBusy: boolean;
  /** Why the last attempt failed; null when it did not. */
  readonly problem: string | null;
};

export type ActorsOptions = {
  /** Sends a mutation as a guest; the answer as it came. */
  ask(query: string, variables: object): Promise<unknown>;
  /** Empty when the shop publishes none. */
  accounts(): Promise<Accounts>;
  now(): number;
};

const sessionFields = 'session { accessToken refreshToken expiresAt user { id username role } }';
const logInText = `mutation LogIn($input: LogInInput!) { logIn(input: $input) { ... on LogInSuccess { ${sessionFields} } ... on UserError { message } } }`;
const renewText = `mutation RefreshSession($input: RefreshSessionInput!) { refreshSession(input: $input) { ... on RefreshSessionSuccess { ${sessionFields} } ... on UserError { message } } }`;

/** A token that ends sooner than this is renewed before it is sent. */
const renewBeforeMs = 30_000;

/** One person at a time, kept in memory only: who reloads the page is a guest. */
export class Actors {
  readonly acting = new Signal<Acting>({ session: null, asks: null, isBusy: false, problem: null });
  readonly #options: ActorsOptions;
  #renewal: Promise<string | undefined> | null = null;

  constructor(options: ActorsOptions) {
    this.#options = options;
  }

  /** Logs in as a user of this role, or shows the log-in form. */
  async actAs(role: Role): Promise<void> {
    if (role === 'guest') return this.forget();
    this.#set({ isBusy: true, problem: null });
    const account = (await this.#options.accounts().catch((): Accounts => ({})))[role];
    if (account === undefined) this.#set({ isBusy: false, asks: role });
    else await this.logIn(account);
  }

  async logIn({ login, password }: Account): Promise<void> {
    this.#set({ isBusy: true, problem: null });
    const opened = await this.#open(logInText, { login, password });
    if (typeof opened === 'string') this.#set({ isBusy: false, problem: opened });
    else this.take(opened);
  }

  /** Takes over a session that an answer brought. */
  take(session: Session | null): void {
    this.acting.set({ session, asks: null, isBusy: false, problem: null });
  }

  /** The token was rejected: the next request is a guest's. */
  forget(): void {
    this.take(null);
  }

  /** For the header; renewed when it is about to end. Undefined for a guest. */
  async token(): Promise<string | undefined> {
    const { session } = this.acting.get();
    if (session === null) return undefined;
    const { accessToken, refreshToken, expiresAt } = session;
    if (refreshToken === null || expiresAt === null || expiresAt - this.#options.now() > renewBeforeMs) return accessToken;
    // a refresh token works once, so all requests wait for the same renewal
    this.#renewal ??= this.#renew(session, refreshToken).finally(() => {
      this.#renewal = null;
    });
    return await this.#renewal;
  }

  async #renew(session: Session, refreshToken: string): Promise<string | undefined> {
    const opened = await this.#open(renewText, { refreshToken });
    if (this.acting.get().session !== session) return this.acting.get().session?.accessToken;
    if (typeof opened === 'string') this.#set({ session: null, asks: null, isBusy: false, problem: 'You were logged out. Log in again.' });
    else this.take(opened);
    return this.acting.get().session?.accessToken;
  }

  /** Asks once more when no answer came: a password and a refresh token are as good then as before. */
  async #open(query: string, input: object): Promise<Session | string> {
    const { ask } = this.#options;
    try {
      const answer = await ask(query, { input }).catch(() => ask(query, { input }));
      return sessionIn(answer) ?? messageIn(answer) ?? 'The shop gave no answer that can be used.';
    } catch {
      return 'The shop does not answer. Try again.';
    }
  }

  #set(next: Partial<Acting>): void {
    this.acting.set({ ...this.acting.get(), ...next });
  }
}

/** What of the value are accounts. */
export function accountsIn(value: unknown): Accounts {
  if (!isRecord(value)) return {};
  const roles = (['customer', 'admin'] as const).flatMap((role) => {
    const { login, password } = isRecord(value[role]) ? value[role] : {};
    return typeof login === 'string' && typeof password === 'string' ? [[role, { login, password }] as const] : [];
  });
  return Object.fromEntries(roles);
}

/** The session in an answer to any operation; null without one. */
export function sessionIn(value: unknown): Session | null {
  if (Array.isArray(value)) return value.map(sessionIn).find((session) => session !== null) ?? null;
  if (!isRecord(value)) return null;
  const { accessToken, refreshToken, expiresAt, user } = value;
  if (typeof accessToken !== 'string') return sessionIn(Object.values(value));
  const ends = typeof expiresAt === 'string' ? Date.parse(expiresAt) : Number.NaN;
  const { username, role } = isRecord(user) ? user : {};
  return {
    accessToken,
    refreshToken: typeof refreshToken === 'string' ? refreshToken : null,
    expiresAt: Number.isNaN(ends) ? null : ends,
    name: typeof username === 'string' ? username : 'a customer',
    role: typeof role === 'string' ? role : null,
  };
}

function messageIn(value: unknown): string | null {
  if (Array.isArray(value)) return value.map(messageIn).find((message) => message !== null) ?? null;
  if (!isRecord(value)) return null;
  return typeof value['message'] === 'string' ? value['message'] : messageIn(Object.values(value));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
