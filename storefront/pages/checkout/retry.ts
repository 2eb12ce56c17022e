import type { Sent } from '../../graph/send.ts';

const pausesMs = [500, 1500, 3000, 5000, 8000];

type Parts = {
  /** Resolves after so many ms. */
  wait(ms: number): Promise<void>;
  /** Called before each retry, so that the page can show it. */
  onRepeat(): void;
};

/**
 * Sends again what got no answer, or met a part of the shop that is away, with pauses of half a second to eight. Only for what has the
 * same effect however often it arrives. Resolves to the first answer, or to the last failure.
 */
export async function retry<Data>(sendOnce: () => Promise<Sent<Data>>, { wait, onRepeat }: Parts): Promise<Sent<Data>> {
  let sent = await sendOnce();
  for (const pause of pausesMs) {
    if (sent.ok || (sent.code !== 'OFFLINE' && sent.code !== 'UNAVAILABLE')) return sent;
    onRepeat();
    await wait(pause);
    sent = await sendOnce();
  }
  return sent;
}
