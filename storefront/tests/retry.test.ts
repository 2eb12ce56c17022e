import { expect, test } from '@jest/globals';
import type { Sent } from '../graph/send.ts';
import { retry } from '../pages/checkout/retry.ts';

const lost: Sent<string> = { ok: false, code: 'OFFLINE', traceId: null };
const bought: Sent<string> = { ok: true, data: 'bought' };

async function run(answers: Sent<string>[]) {
  let sent = 0;
  let repeated = 0;
  const waited: number[] = [];
  const last = await retry(
    async () => {
      sent += 1;
      return answers[Math.min(sent, answers.length) - 1] ?? lost;
    },
    { wait: async (ms) => void waited.push(ms), onRepeat: () => (repeated += 1) },
  );
  return { last, sent, repeated, waited };
}

test('what is answered is sent once', async () => {
  expect(await run([bought])).toEqual({ last: bought, sent: 1, repeated: 0, waited: [] });
});

test('what got no answer is sent again until it has one, with longer and longer pauses', async () => {
  const away: Sent<string> = { ok: false, code: 'UNAVAILABLE', traceId: null };

  expect(await run([lost, away, bought])).toEqual({ last: bought, sent: 3, repeated: 2, waited: [500, 1500] });
});

test('a user error is not retried', async () => {
  const no: Sent<string> = { ok: false, code: 'INTERNAL', traceId: 'c' };

  expect(await run([no])).toMatchObject({ last: no, sent: 1 });
});

test('it ends', async () => {
  expect(await run([lost])).toMatchObject({ last: lost, sent: 6 });
});
