import type { IncomingMessage } from 'node:http';
import { TokenBucket } from '../pipeline/limit/token-bucket.ts';

export type SmallPiecesOptions = {
  /** Of all bodies from one address at once, and again in ten seconds. */
  readonly most: number;
  /** Called once for a request whose address has sent too many; nothing more of its body is received. */
  onExceeded(request: IncomingMessage, address: string): void;
  /** In milliseconds, of a clock that never goes back. */
  now?(): number;
};

/** The network carries more at a time, unless somebody takes care that it does not. */
const smallBytes = 512;
/** A body that is short is one small piece, and its last piece may be another. */
const freePerBody = 10;
const refilledInSeconds = 10;
const mostAddresses = 10_000;

/**
 * Counts the small pieces in which bodies come, of all connections of an address together. Each costs as much as a small request, however short it is, and one read
 * of a socket brings ten thousand of them; whether the body is wanted makes no difference.
 */
export class SmallPieces {
  readonly #options: SmallPiecesOptions;
  readonly #now: () => number;
  /** By address, the one that was used last at the end. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(options: SmallPiecesOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** To be called when the headers are there. */
  watch(request: IncomingMessage, address: string): void {
    if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) return;
    const body = new WatchedBody(() => this.#bucketOf(address).take());
    // listening to `data` would begin to read what may not be wanted, and would come after the pieces were kept
    const receive = request.push.bind(request);
    request.push = (piece: Buffer | null, encoding) => {
      const verdict = body.count(piece);
      if (verdict === 'exceeds') this.#options.onExceeded(request, address);
      return verdict === 'counts' && receive(piece, encoding);
    };
  }

  #bucketOf(address: string): TokenBucket {
    const { most } = this.#options;
    const bucket = this.#buckets.get(address) ?? new TokenBucket(most, most / refilledInSeconds, this.#now);
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    const [leastUsed] = this.#buckets.keys();
    if (this.#buckets.size > mostAddresses && leastUsed !== undefined) this.#buckets.delete(leastUsed);
    return bucket;
  }
}

class WatchedBody {
  readonly #mayTake: () => boolean;
  #freeLeft = freePerBody;
  #isExceeded = false;

  constructor(mayTake: () => boolean) {
    this.#mayTake = mayTake;
  }

  /** Whether the next piece is received, or too many were, which is said once. @param piece null is the end */
  count(piece: Buffer | null): 'counts' | 'exceeds' | 'is dropped' {
    if (this.#isExceeded) return 'is dropped';
    if (piece === null || piece.length >= smallBytes) return 'counts';
    if (this.#freeLeft > 0) {
      this.#freeLeft -= 1;
      return 'counts';
    }
    this.#isExceeded = !this.#mayTake();
    return this.#isExceeded ? 'exceeds' : 'counts';
  }
}
