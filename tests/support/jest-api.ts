import { setFileTimeout } from './jest-limits.ts';

/** What tests import as `@jest/globals`: the functions that the runner has put into the global scope by the time the first test is loaded. */
type JestApi = typeof import('@jest/globals');
const api = globalThis as unknown as JestApi;

export const { expect, test, it, describe, beforeAll, afterAll, beforeEach, afterEach } = api;
export const jest = { ...api.jest, setTimeout: setFileTimeout };
