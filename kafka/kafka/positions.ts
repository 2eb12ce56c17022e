export type Position = { topic: string; partition: number; offset: string };

export type Positions = {
  /** `lastOffset` is the last one that is dealt with. */
  reached(topic: string, partition: number, lastOffset: string): void;
  /** What is to be committed: the offsets to be read next. */
  take(): Position[];
  putBack(positions: readonly Position[]): void;
  forget(): void;
};

/** How far a consumer came since its last commit. */
export function createPositions(): Positions {
  const next = new Map<string, Position>();
  return {
    reached(topic, partition, lastOffset) {
      next.set(`${topic}/${partition}`, { topic, partition, offset: (BigInt(lastOffset) + 1n).toString() });
    },
    take() {
      const positions = [...next.values()];
      next.clear();
      return positions;
    },
    putBack(positions) {
      for (const position of positions) {
        const place = `${position.topic}/${position.partition}`;
        if (!next.has(place)) next.set(place, position);
      }
    },
    forget: () => next.clear(),
  };
}
