import type { FaultSwitchesQuery } from '../../../../schema/operations/admin.types.ts';

type Switches = NonNullable<FaultSwitchesQuery['faultSwitches']>;

/** The switches as people set them: shares in whole percent, the delay in milliseconds. */
export type Faults = {
  readonly declinePercent: number;
  readonly delayMs: number;
  readonly lostAnswerPercent: number;
  readonly repeatPercent: number;
};

export const noFaults: Faults = { declinePercent: 0, delayMs: 0, lostAnswerPercent: 0, repeatPercent: 0 };
/** The maximum of the graph is longer than an admin would wait for. */
export const longestDelayMs = 10_000;

export function toFaults({ declineRate, delayMs, lostAnswerRate, repeatRate }: Switches): Faults {
  const percent = (share: number) => Math.round(share * 100);
  return { declinePercent: percent(declineRate), delayMs, lostAnswerPercent: percent(lostAnswerRate), repeatPercent: percent(repeatRate) };
}

/** As setFaultSwitches takes them. */
export function toSwitches({ declinePercent, delayMs, lostAnswerPercent, repeatPercent }: Faults) {
  return { declineRate: declinePercent / 100, delayMs, lostAnswerRate: lostAnswerPercent / 100, repeatRate: repeatPercent / 100 };
}

/** Only the switches that differ, so that what another admin has set meanwhile of the others stays. */
export function changedSwitches(before: Faults, after: Faults): Partial<ReturnType<typeof toSwitches>> {
  const [old, next] = [toSwitches(before), toSwitches(after)];
  return Object.fromEntries(Object.entries(next).filter(([name, value]) => old[name as keyof typeof old] !== value));
}

export const isAnyOn = (switches: Switches | null | undefined): boolean =>
  switches != null && switches.declineRate + switches.delayMs + switches.lostAnswerRate + switches.repeatRate > 0;

export const areSame = (one: Faults, other: Faults): boolean =>
  one.declinePercent === other.declinePercent &&
  one.delayMs === other.delayMs &&
  one.lostAnswerPercent === other.lostAnswerPercent &&
  one.repeatPercent === other.repeatPercent;
