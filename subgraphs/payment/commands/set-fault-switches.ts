import { z } from 'zod';
import { assertAdmin, type Identity } from '#platform/auth.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import type { PaymentDependencies } from '../dependencies.ts';
import type { FaultSwitches } from '../provider/fault-switches.ts';

const slowestMs = 20_000;
const rate = () => z.number().min(0, 'This must be 0 or more.').max(1, 'This must be 1 or less.');

const setFaultSwitchesInput = z.object({
  declineRate: rate().optional(),
  delayMs: inputField.wholeNumber(0, slowestMs).optional(),
  lostAnswerRate: rate().optional(),
  repeatRate: rate().optional(),
});

export type SetFaultSwitchesResult = { readonly faultSwitches: FaultSwitches } | InvalidInput;

/** Sets how the simulated provider misbehaves; what is left out stays. @throws AppError UNAUTHENTICATED or FORBIDDEN unless the caller is an admin. */
export async function setFaultSwitches(
  { provider, logger }: PaymentDependencies,
  identity: Identity,
  input: unknown,
): Promise<SetFaultSwitchesResult> {
  const { userId } = assertAdmin(identity);
  const parsed = parseInput(setFaultSwitchesInput, input);
  if (!parsed.ok) return parsed.error;
  const { declineRate, delayMs, lostAnswerRate, repeatRate } = parsed.value;
  const faultSwitches = await provider.setFaults({
    ...(declineRate === undefined ? {} : { declineRate }),
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(lostAnswerRate === undefined ? {} : { lostAnswerRate }),
    ...(repeatRate === undefined ? {} : { repeatRate }),
  });
  logger.info({ userId, faultSwitches }, 'the fault switches of the simulated provider were set');
  return { faultSwitches };
}
