import { checkMigrations } from './checks/check-migrations.ts';
import { runCheck } from './checks/run-check.ts';

const usage = `npm run migrations                 checks that the previous release can run on this schema
npm run migrations -- --base REF   compares with this commit instead of the merge base with main
npm run migrations -- --json       for programs; --github for annotations (by itself in GitHub Actions)

Exit code 0: compatible. 1: a breaking change. 2: the check could not run.
`;

await runCheck(usage, checkMigrations);
