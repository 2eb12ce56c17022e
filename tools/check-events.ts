import { checkEvents } from './checks/check-events.ts';
import { runCheck } from './checks/run-check.ts';

const usage = `npm run events                 checks that event contracts changed compatibly for their consumers
npm run events -- --base REF   compares with this commit instead of the merge base with main
npm run events -- --json       for programs; --github for annotations (by itself in GitHub Actions)

Exit code 0: compatible. 1: a breaking change. 2: the check could not run.
`;

await runCheck(usage, checkEvents);
