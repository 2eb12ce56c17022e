import { describe as everyDescribe, test as everyTest } from '@jest/globals';
import type { OptionalInfrastructure } from '#tools/dev/optional-infrastructure.ts';
import { messageInCi, whyMissing } from './missing.ts';

/**
 * `describe` and `test` for what cannot be tested without a component that a machine may lack. Where it is missing they skip, and mark the names, so that
 * the summary of `npm test` can say what was not tested and how it would be. In CI nothing is skipped.
 * @throws Error in CI when the component is missing.
 */
export function needs(component: OptionalInfrastructure): {
  readonly describe: typeof everyDescribe.skip;
  readonly test: typeof everyTest.skip;
} {
  const why = whyMissing(component);
  if (why === null) return { describe: everyDescribe, test: everyTest };
  if (process.env['CI'] === 'true') throw new Error(messageInCi(component, why));
  const mark = `[needs ${component}] `;
  return { describe: marked(everyDescribe.skip, mark), test: marked(everyTest.skip, mark) };
}

type Skip = ((name: string, ...rest: never[]) => void) & { each: (...table: never[]) => (name: string, ...rest: never[]) => void };

/** The same function, whose names begin with a mark. */
function marked<Api extends object>(api: Api, mark: string): Api {
  const skip = api as unknown as Skip;
  const named = (name: string, ...rest: never[]) => skip(mark + name, ...rest);
  const each = (...table: never[]) => {
    const tests = skip.each(...table);
    return (name: string, ...rest: never[]) => tests(mark + name, ...rest);
  };
  return Object.assign(named, { each }) as unknown as Api;
}
