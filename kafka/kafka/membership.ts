/** Whether a consumer has its place in its group, by what kafkajs tells of it. */
export class Membership {
  #isMember = false;
  #reason = 'it has not joined its group yet';

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
}
