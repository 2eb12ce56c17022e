import type { SubscriptionLimits } from './limits.ts';

type Limits = Pick<SubscriptionLimits, 'operationsPerAddress' | 'heldCharactersPerAddress'>;
type Held = { operations: number; characters: number };

/** The part of one socket in what its address has under way. */
export type AddressShare = {
  /** Counts an operation, by the length of the message that began it, until the function it returns is called. */
  enter(characters: number): () => void;
  /** Whether more is under way from the address than may be. */
  isExceeded(): boolean;
};

/**
 * What is under way on all sockets from one address together: a subscription keeps its document, its plan and its variables for as long as it lives, and
 * sockets and accounts cost a stranger nothing.
 */
export class HeldOperations {
  readonly #limits: Limits;
  readonly #byAddress = new Map<string, Held>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  ofSocket(address: string): AddressShare {
    return {
      enter: (characters) => {
        this.#add(address, 1, characters);
        return () => this.#add(address, -1, -characters);
      },
      isExceeded: () => {
        const held = this.#byAddress.get(address);
        if (held === undefined) return false;
        return held.operations > this.#limits.operationsPerAddress || held.characters > this.#limits.heldCharactersPerAddress;
      },
    };
  }

  #add(address: string, operations: number, characters: number): void {
    const held = this.#byAddress.get(address) ?? { operations: 0, characters: 0 };
    held.operations += operations;
    held.characters += characters;
    if (held.operations === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, held);
  }
}
