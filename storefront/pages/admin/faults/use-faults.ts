import switchesFile from '../../../../schema/operations/admin/fault-switches.graphql';
import setFile from '../../../../schema/operations/admin/set-fault-switches.graphql';
import type {
  FaultSwitchesQuery,
  FaultSwitchesQueryVariables,
  SetFaultSwitchesMutation,
  SetFaultSwitchesMutationVariables,
} from '../../../../schema/operations/admin.types.ts';
import { registered } from '../../../graph/registered.ts';
import { usePolled } from '../../../graph/use-polled.ts';
import { useShopQuery } from '../../../graph/use-shop-query.ts';
import { useAct } from '../shared/use-act.ts';
import { changedSwitches, type Faults, toSwitches } from './faults.ts';

const FaultSwitches = registered<FaultSwitchesQuery, FaultSwitchesQueryVariables>(switchesFile);
const SetFaultSwitches = registered<SetFaultSwitchesMutation, SetFaultSwitchesMutationVariables>(setFile);

/** The switches as they are; another admin may change them, and so may a program. */
export function useFaults() {
  const { data, again, problem } = useShopQuery(FaultSwitches, {}, { requestPolicy: 'cache-and-network' });
  usePolled(again, 10_000);
  const act = useAct();
  return {
    switches: data?.faultSwitches ?? null,
    problem,
    /** Sets all, or what differs from `before`. Resolves to null when they are set, or to why not. */
    set: async (faults: Faults, before: Faults | null = null) => {
      const input = before === null ? toSwitches(faults) : changedSwitches(before, faults);
      const rejected = await act(SetFaultSwitches, { input });
      again();
      return rejected;
    },
  };
}
