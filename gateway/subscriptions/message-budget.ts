import { TokenBucket } from '../pipeline/limit/token-bucket.ts';
import type { SubscriptionLimits } from './limits.ts';

type Limits = Pick<SubscriptionLimits, 'messageBurst' | 'messagesPerSecond' | 'addressMessageBurst' | 'addressMessagesPerSecond'>;

/**
 * Counts what clients send over sockets: messages, pings and pongs, of each socket and of all sockets from one address together. An address keeps its
 * count when its sockets close, or opening others would begin a new one.
 */
export class MessageBudgets {
  readonly #limits: Limits;
  readonly #now: () => number;
  readonly #byAddress = new Map<string, TokenBucket>();

  /** `now` in milliseconds, of a clock that never goes back. */
  constructor(limits: Limits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Counts an opened socket as a message. False when the address may send nothing at the moment. */
  mayOpen(address: string): boolean {
    return this.#bucketOf(address).take();
  }

  /** For one socket: whether one more message may be looked at. */
  ofSocket(address: string): () => boolean {
    const { messageBurst, messagesPerSecond } = this.#limits;
    const own = new TokenBucket(messageBurst, messagesPerSecond, this.#now);
    return () => own.take() && this.#bucketOf(address).take();
  }

  /** Forgets addresses that sent little lately. */
  prune(): void {
    for (const [address, bucket] of this.#byAddress) if (bucket.isFull()) this.#byAddress.delete(address);
  }

  #bucketOf(address: string): TokenBucket {
    const { addressMessageBurst, addressMessagesPerSecond } = this.#limits;
    const bucket = this.#byAddress.get(address) ?? new TokenBucket(addressMessageBurst, addressMessagesPerSecond, this.#now);
    this.#byAddress.set(address, bucket);
    return bucket;
  }
}
