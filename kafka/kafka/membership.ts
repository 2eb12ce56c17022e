/** So many commits after another, of which there are some a second: a heartbeat that the old coordinator rejects leads to a join within one. */
const mostMisdirected = 5;

/** Whether a consumer is a member of its group, by the events of kafkajs. */
export class Membership {
  #isMember = false;
  #reason = 'it has not joined its group yet';
  #misdirected = 0;

  get isMember(): boolean {
    return this.#isMember;
  }

  /** Why it is no member; of no meaning while it is one. */
  get reason(): string {
    return this.#reason;
  }

  /**
   * It joined, or the coordinator accepted its heartbeat. kafkajs begins to join when a broker has handed its groups to another one, and gives that up
   * without a word when the first attempt fails: the new coordinator knows the member, and its next heartbeat is accepted.
   */
  confirmed(): void {
    this.#isMember = true;
  }

  /** The group gives out its partitions anew. */
  rebalances(): void {
    this.#isMember = false;
    this.#reason = 'its group has not come to rest';
  }

  lost(reason: string): void {
    this.#isMember = false;
    this.#reason = reason;
  }

  /** Positions were committed. */
  committed(): void {
    this.#misdirected = 0;
  }

  /**
   * Whether the member has to begin anew, after a commit failed: when a join failed that kafkajs gave up without a word, heartbeats go to the new
   * coordinator, and positions to the old one, which rejects each of them for good (`NOT_COORDINATOR_FOR_GROUP`).
   */
  hasLostCoordinator(error: unknown): boolean {
    const isMisdirected = typeof error === 'object' && error !== null && 'type' in error && error.type === 'NOT_COORDINATOR_FOR_GROUP';
    this.#misdirected = isMisdirected ? this.#misdirected + 1 : 0;
    if (this.#misdirected < mostMisdirected) return false;
    this.#misdirected = 0;
    return true;
  }
}
