import { assertAdmin, type Identity, isAdmin } from '#platform/auth.ts';
import { type InvalidInput, parseInput } from '#platform/input.ts';
import type { Logger } from '#platform/logger.ts';
import { setFaultSwitchesInput } from './inputs.ts';
import type { FaultSwitches } from './provider/fault-switches.ts';
import { type LedgerEntry, ProviderError } from './provider/provider.ts';
import type { SimulatedProvider } from './provider/simulated-provider.ts';

export type SetFaultSwitchesResult = { readonly faultSwitches: FaultSwitches } | InvalidInput;

export type AdministrationDependencies = {
  readonly provider: Pick<SimulatedProvider, 'ledger' | 'faults' | 'setFaults'>;
  /** How long the provider may take to show its books. */
  readonly timeoutMs: number;
  readonly logger: Logger;
};

/** What admins see of the provider, and do to it. */
export function createAdministration({ provider, timeoutMs, logger }: AdministrationDependencies) {
  return {
    /** The provider's books of these orders, one list each; null for each when the provider cannot be asked. For admins: the caller sees to it. */
    async ledgersOf(orderIds: readonly string[]): Promise<(LedgerEntry[] | null)[]> {
      try {
        // the key of an order's charge is the order's id
        const entries = await provider.ledger(orderIds, AbortSignal.timeout(timeoutMs));
        const byOrder = Map.groupBy(entries, (entry) => entry.chargeKey);
        return orderIds.map((id) => byOrder.get(id) ?? []);
      } catch (error) {
        if (!isNoAnswer(error)) throw error;
        logger.warn({ reason: error.message }, 'the books of the provider cannot be read');
        return orderIds.map(() => null);
      }
    },

    /** Null for everybody but admins. */
    faultSwitches: async (identity: Identity): Promise<FaultSwitches | null> => (isAdmin(identity) ? provider.faults() : null),

    /** What is left out stays. @throws AppError UNAUTHENTICATED or FORBIDDEN for everybody but admins. */
    async setFaultSwitches(identity: Identity, input: unknown): Promise<SetFaultSwitchesResult> {
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
    },
  };
}

export type Administration = ReturnType<typeof createAdministration>;

function isNoAnswer(error: unknown): error is Error {
  if (error instanceof ProviderError) return error.kind === 'UNAVAILABLE';
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';
}
