import { type Event, getState, type State } from 'jest-circus';

type Block = State['currentDescribeBlock'];
type Limited = Block['tests'][number] | Block['hooks'][number];

/** Ends a test that hangs; it is no measure of speed, since the machine may be busy. */
const usualTimeoutMs = 30_000;
/** By file, of which each has a state of its own. */
const timeouts = new WeakMap<State, number>();
// a test may stop the clock
const { setTimeout, clearTimeout } = globalThis;

/** How long tests and hooks of the file that is being loaded may take when they do not say so themselves. */
export function setFileTimeout(timeoutMs: number): void {
  timeouts.set(getState(), timeoutMs);
}

/** Bounds tests and hooks as they are declared, and has tests below a skipped `describe` counted as skipped. */
export function onDeclared(event: Event, state: State): void {
  const { tests, hooks, children } = state.currentDescribeBlock;
  if (event.name === 'add_test') bound(tests.at(-1), event.timeout, state);
  if (event.name === 'add_hook') bound(hooks.at(-1), event.timeout, state);
  if (event.name === 'finish_describe_definition') countSkipped(children.at(-1));
}

function bound(declared: Limited | undefined, timeoutMs: number | undefined, state: State): void {
  const run = declared?.fn as (() => unknown) | undefined;
  if (!declared || !run) return;
  declared.fn = () => within(timeoutMs ?? timeouts.get(state) ?? usualTimeoutMs, run);
}

async function within(timeoutMs: number, run: () => unknown): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`This took longer than its limit of ${timeoutMs} ms.`)), timeoutMs);
  });
  try {
    await Promise.race([run(), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** The runner counts a skipped `describe` as one test. Its tests are skipped each by itself already, so that it need not be. */
function countSkipped(block: Block['children'][number] | undefined): void {
  if (block?.type !== 'describeBlock' || block.mode !== 'skip') return;
  block.mode = undefined;
  block.hooks = [];
}
