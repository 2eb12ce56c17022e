import type { SubscriptionLimits } from './limits.ts';

/** Counts the messages of one socket, as a token bucket; answers whether one more may be looked at. */
export function createMessageBudget(
  { messageBurst, messagesPerSecond }: Pick<SubscriptionLimits, 'messageBurst' | 'messagesPerSecond'>,
  now: () => number = () => performance.now(),
): () => boolean {
  let tokens = messageBurst;
  let at = now();
  return () => {
    const time = now();
    tokens = Math.min(messageBurst, tokens + ((time - at) / 1000) * messagesPerSecond);
    at = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
