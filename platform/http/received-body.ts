/** Blocks for small pieces, which grow with the body: a client may send one byte to each of thousands of connections. */
const leastBlockBytes = 1024;
const mostBlockBytes = 16 * 1024;

/**
 * A body while it is received. It takes about as much memory as it has bytes: a piece of one byte that is kept for itself takes two hundred, and one
 * buffer that grows takes twice what is in it, besides all that it has grown out of. Beyond the limit nothing is kept.
 */
export class ReceivedBody {
  readonly #limitBytes: number;
  /** All are full but the last. */
  #blocks: Buffer[] = [];
  #last: Buffer = Buffer.alloc(0);
  /** Of the last block. */
  #filledBytes = 0;
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The memory that it takes. */
  get heldBytes(): number {
    return this.#blocks.reduce((sum, { length }) => sum + length, 0);
  }

  /** A large piece may be kept as it is: it must not change any more. */
  append(piece: Buffer): void {
    this.#bytes += piece.length;
    if (this.#bytes <= this.#limitBytes) this.#keep(piece);
    else this.#forget();
  }

  /** Null when it is larger than the limit. */
  whole(): Buffer | null {
    return this.#bytes > this.#limitBytes ? null : Buffer.concat(this.#blocks, this.#bytes);
  }

  #keep(piece: Buffer): void {
    const fitting = piece.copy(this.#last, this.#filledBytes);
    this.#filledBytes += fitting;
    const rest = piece.subarray(fitting);
    if (rest.length >= mostBlockBytes) this.#add(rest.length === piece.length ? piece : Buffer.from(rest), rest.length);
    else if (rest.length > 0) {
      const block = Buffer.allocUnsafeSlow(Math.min(Math.max(this.#bytes, leastBlockBytes), mostBlockBytes));
      this.#add(block, rest.copy(block));
    }
  }

  #add(block: Buffer, filledBytes: number): void {
    this.#blocks.push(block);
    this.#last = block;
    this.#filledBytes = filledBytes;
  }

  #forget(): void {
    this.#blocks = [];
    this.#last = Buffer.alloc(0);
    this.#filledBytes = 0;
  }
}
