import { isFinal, type OrderUpdate } from './updates.ts';

/**
 * How far one subscriber has been shown one order. Two sources meet here: the log, which is fast and may skip or repeat, and
 * readings of the order's history, which are slow and true.
 */
export type Progress = {
  /** The last version that was shown; null before the first. */
  readonly seen: number | null;
  /** Null when no reading of the history is under way. */
  readonly reading: Reading | null;
  /** True when the final status was shown: nothing follows. */
  readonly done: boolean;
};

type Reading = {
  /** Updates received since the read began, which may be newer than its result. */
  readonly received: readonly OrderUpdate[];
  /** True when the log lost its place since the reading began. */
  readonly again: boolean;
};

/** What is to be done: show these, in this order; begin to read the history. */
export type Step = { readonly progress: Progress; readonly show: readonly OrderUpdate[]; readonly read: boolean };

const reading: Reading = { received: [], again: false };
const mostHeld = 100;

/** A subscriber who has seen the order up to `seen`, or nothing of it, and for whom the history is being read. */
export function beginReading(seen: number | null): Progress {
  return { seen, reading, done: false };
}

/** A subscriber for whom nothing has to be read: the next that is received of the order is shown, then what follows it. */
export function beginAt(seen: number): Progress {
  return { seen, reading: null, done: false };
}

/** An event with a version arrived: it is sent when it is the next, held while a read is in flight, and a gap before it starts a read. */
export function receive(progress: Progress, update: OrderUpdate): Step {
  const { version } = update.value;
  if (progress.done || version <= (progress.seen ?? 0)) return stay(progress);
  if (progress.reading) return stay(hold(progress, progress.reading, update));
  if (version === (progress.seen ?? 0) + 1) return { progress: afterShowing(progress, [update]), show: [update], read: false };
  return { progress: { ...progress, reading }, show: [], read: true };
}

/** The log lost its place and found another: what lies between is read. */
export function loseTrack(progress: Progress): Step {
  if (progress.done) return stay(progress);
  if (progress.reading) return stay({ ...progress, reading: { ...progress.reading, again: true } });
  return { progress: { ...progress, reading }, show: [], read: true };
}

/**
 * A read returned every version up to the current one, in order. A new subscriber gets the current one only.
 *
 * What made the reading necessary was in the database before it was in the log, so that whatever a reading does not know, though it
 * was received before the reading began, never happened, and is forgotten.
 */
export function learn(progress: Progress, history: readonly OrderUpdate[]): Step {
  const present = history.at(-1);
  if (progress.done || present === undefined) return stay(progress);
  const seen = progress.seen ?? present.value.version - 1;
  const show = history.filter((update) => update.value.version > seen);
  const read = progress.reading;
  const caught = { ...afterShowing({ ...progress, seen }, show), reading: null };
  const caughtUp = isFinal(present.value.status) && present.value.version <= seen ? { ...caught, done: true } : caught;
  return read === null ? { progress: caughtUp, show, read: false } : resume(caughtUp, show, read);
}

function resume(progress: Progress, shown: readonly OrderUpdate[], { received, again }: Reading): Step {
  let step: Step = { progress, show: shown, read: false };
  for (const update of received.toSorted((a, b) => a.value.version - b.value.version)) step = follow(step, receive(step.progress, update));
  return again && !step.read ? follow(step, loseTrack(step.progress)) : step;
}

function follow(step: Step, next: Step): Step {
  return { progress: next.progress, show: [...step.show, ...next.show], read: step.read || next.read };
}

function afterShowing(progress: Progress, shown: readonly OrderUpdate[]): Progress {
  const last = shown.at(-1);
  return last === undefined ? progress : { ...progress, seen: last.value.version, done: isFinal(last.value.status) };
}

/** Who sends more than an order has versions is not worth keeping: the history is read again instead. */
function hold(progress: Progress, under: Reading, update: OrderUpdate): Progress {
  if (under.received.length >= mostHeld) return { ...progress, reading: { ...under, again: true } };
  return { ...progress, reading: { ...under, received: [...under.received, update] } };
}

function stay(progress: Progress): Step {
  return { progress, show: [], read: false };
}
