/** Who is logged in, as it is kept between visits. */
export type Session = {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly user: { readonly id: string; readonly username: string; readonly role: 'CUSTOMER' | 'ADMIN' };
  /** By this clock, in ms: from then on the access token is renewed before it is used. */
  readonly renewAt: number;
};

/** What the graph answers to register, logIn and refreshSession. */
export type GrantedSession = {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly user: { readonly id: string; readonly username: string | null; readonly role: 'CUSTOMER' | 'ADMIN' | null };
};

/** What became of an attempt to renew: `gone` when the refresh token is worth nothing any more. */
export type Renewal = GrantedSession | 'gone';

export type Sessions = {
  current(): Session | null;
  subscribe(listener: () => void): () => void;
  begin(granted: GrantedSession): void;
  /** `expired`: the session ended without a log-out, so that a page can show a notice. */
  end(why: 'left' | 'expired'): void;
  /** Why there is no session any more; null when there is one, or never was. */
  endedBecause(): 'left' | 'expired' | null;
  isStale(): boolean;
  /** A token that is good for the next request; null for a guest. Rejects when the shop cannot be asked. */
  freshToken(): Promise<string | null>;
  /** Renews now regardless of the clock: the gateway rejected the token. */
  renew(): Promise<void>;
};

export type SessionDependencies = {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Runs one at a time, over all tabs of the shop. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  refresh(refreshToken: string): Promise<Renewal>;
  now(): number;
};

const key = 'marigold.session';
const marginMs = 30_000;

/**
 * The session of this browser. A refresh token works once, and using it again after a while ends the session, so one tab renews at a time,
 * and looks first whether another one has done it meanwhile.
 */
export function createSessions(deps: SessionDependencies): Sessions & { reload(): void } {
  return new BrowserSessions(deps);
}

class BrowserSessions implements Sessions {
  readonly #deps: SessionDependencies;
  readonly #listeners = new Set<() => void>();
  #session: Session | null;
  #ended: 'left' | 'expired' | null = null;

  constructor(deps: SessionDependencies) {
    this.#deps = deps;
    this.#session = this.#read();
  }

  current(): Session | null {
    return this.#session;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  begin(granted: GrantedSession): void {
    const next = toSession(granted, this.#deps.now());
    this.#deps.storage.setItem(key, JSON.stringify(next));
    this.#change(next);
  }

  end(why: 'left' | 'expired'): void {
    if (this.#session === null) return;
    this.#ended = why;
    this.#deps.storage.removeItem(key);
    this.#change(null);
  }

  endedBecause(): 'left' | 'expired' | null {
    return this.#ended;
  }

  isStale(): boolean {
    return this.#session !== null && this.#deps.now() >= this.#session.renewAt;
  }

  async freshToken(): Promise<string | null> {
    if (this.isStale()) await this.renew();
    return this.#session?.accessToken ?? null;
  }

  renew(): Promise<void> {
    const seen = this.#session?.refreshToken;
    return this.#deps.alone(async () => {
      const kept = this.#read();
      // another tab renewed or left while we waited
      if (kept?.refreshToken !== seen) this.#change(kept);
      else if (kept !== null) await this.#trade(kept);
    });
  }

  /** Another tab changed what is kept. */
  reload(): void {
    const kept = this.#read();
    if (kept?.accessToken !== this.#session?.accessToken) this.#change(kept);
  }

  #read(): Session | null {
    try {
      const value: unknown = JSON.parse(this.#deps.storage.getItem(key) ?? 'null');
      return isSession(value) ? value : null;
    } catch {
      return null;
    }
  }

  #change(next: Session | null): void {
    this.#session = next;
    // the reason why an earlier one ended does not apply to this one
    if (next !== null) this.#ended = null;
    for (const listener of this.#listeners) listener();
  }

  async #trade(kept: Session): Promise<void> {
    const { refresh } = this.#deps;
    // the answer may be lost, though the token was traded: for half a minute the shop gives it again
    const answer = await refresh(kept.refreshToken).catch(() => refresh(kept.refreshToken));
    const since = this.#read();
    // a log-out or log-in in the meantime wins
    if (since?.refreshToken !== kept.refreshToken) this.#change(since);
    else if (answer === 'gone') this.end('expired');
    else this.begin(answer);
  }
}

function toSession({ accessToken, refreshToken, user }: GrantedSession, nowMs: number): Session {
  const lifetimeMs = lifetimeOf(accessToken);
  return {
    accessToken,
    refreshToken,
    user: { id: user.id, username: user.username ?? '', role: user.role ?? 'CUSTOMER' },
    renewAt: nowMs + lifetimeMs - Math.min(marginMs, lifetimeMs / 4),
  };
}

/** How long a JSON Web Token (RFC 7519) is good from its issue, in ms. The clock of this browser may be wrong: only the difference counts. */
export function lifetimeOf(token: string): number {
  try {
    const payload = token.split('.')[1] ?? '';
    const { iat, exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as Record<string, unknown>;
    if (typeof iat === 'number' && typeof exp === 'number' && exp > iat) return (exp - iat) * 1000;
  } catch {
    // a token that cannot be read is renewed at once
  }
  return 0;
}

function isSession(value: unknown): value is Session {
  if (value === null || typeof value !== 'object') return false;
  const { accessToken, refreshToken, renewAt, user } = value as Record<string, unknown>;
  const texts = typeof accessToken === 'string' && typeof refreshToken === 'string';
  return texts && typeof renewAt === 'number' && user !== null && typeof user === 'object' && 'id' in user;
}
