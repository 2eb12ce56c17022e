import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page, WebSocketRoute } from 'playwright-core';
import { launchChromium } from '#tests/support/chromium.ts';

/** What the storefront stores for a logged-in user; as graph/session.ts of the storefront reads it. */
export type BrowserSession = {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly user: { readonly id: string; readonly username: string; readonly role: 'CUSTOMER' | 'ADMIN' };
};

export type VisitorOptions = {
  /** CSS pixels; 1280 if not given. */
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
  locale?: 'en-GB' | 'vi-VN';
  reducedMotion?: 'reduce' | 'no-preference';
  /** A user who is logged in already. */
  session?: BrowserSession;
  /** With the service worker that keeps the shop's files; without it, which is the rule, every request can be seen and stopped by the test. */
  keepsFiles?: boolean;
};

export type Visitor = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the pages complained of: errors on the console and exceptions. */
  readonly complaints: readonly string[];
  /** Another tab of the same browser. */
  newTab(): Promise<Page>;
  close(): Promise<void>;
};

export type OpenBrowser = { newVisitor(options?: VisitorOptions): Promise<Visitor>; close(): Promise<void> };

/**
 * A real Chromium. Every visitor has cookies, storage and cache of their own.
 *
 * @param options.endsOnSignals false: a signal is the caller's to handle; else the browser, and this process, end with it
 */
export async function openBrowser(gatewayUrl: string, options: { endsOnSignals?: boolean } = {}): Promise<OpenBrowser> {
  const browser: Browser = await launchChromium(options);
  return {
    async newVisitor(options = {}) {
      const context = await browser.newContext(toContext(gatewayUrl, options));
      context.setDefaultTimeout(10_000);
      if (options.session) await context.addInitScript(keepSession, JSON.stringify({ ...options.session, renewAt: Date.now() + 600_000 }));
      const complaints: string[] = [];
      const open = async () => {
        const page = await context.newPage();
        page.on('console', (message) => {
          if (message.type() === 'error') complaints.push(message.text());
        });
        page.on('pageerror', (error) => complaints.push(String(error)));
        return page;
      };
      return { page: await open(), context, complaints, newTab: open, close: () => context.close() };
    },
    close: () => browser.close(),
  };
}

function toContext(gatewayUrl: string, options: VisitorOptions): BrowserContextOptions {
  const { width = 1280, height = 900, colorScheme = 'light', locale = 'en-GB', reducedMotion = 'no-preference' } = options;
  const serviceWorkers = options.keepsFiles ? 'allow' : 'block';
  return { baseURL: new URL('/', gatewayUrl).href, viewport: { width, height }, colorScheme, locale, reducedMotion, serviceWorkers };
}

/** Runs in the page, before the page's own scripts; only once, so that logging out lasts. */
function keepSession(session: string): void {
  if (sessionStorage.getItem('begun') !== null) return;
  sessionStorage.setItem('begun', 'yes');
  localStorage.setItem('marigold.session', session);
}

const settle =
  'Promise.allSettled(document.getAnimations().map((one) => one.effect?.getTiming().iterations === Infinity ? one.cancel() : one.finished)).then(() => undefined)';
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

type Violation = { id: string; impact: string | null; help: string; nodes: { html: string; failureSummary?: string }[] };

/**
 * What axe finds wrong with the page as it is now, by WCAG 2.2 A and AA and its best practices, a line each; nothing is well.
 * Animations are brought to their end first: a colour on its way is not a colour.
 */
export async function violationsOf(page: Page, options: { except?: readonly string[] } = {}): Promise<string[]> {
  // texts and not functions: programs without a page of their own, and so without its types, use this file too
  await page.evaluate(settle);
  await page.evaluate(await readFile(axe, 'utf8'));
  const rules = Object.fromEntries((options.except ?? []).map((rule) => [rule, { enabled: false }]));
  const violations: Violation[] = await page.evaluate(`axe.run(document, ${JSON.stringify({ rules })}).then((found) => found.violations)`);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html.slice(0, 200)}\n  ${failureSummary ?? ''}`),
  );
}

const screenshots = join(import.meta.dirname, '../..', '.data', 'screenshots');

/** Keeps how the whole page looks, as an artefact of the run: .data/screenshots/<name>.png. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
}

/** Puts the sockets of a page into the test's hands, before the page is opened: cut, each of them closes at once, and none opens until they are let. */
export async function holdSockets(page: Page): Promise<{ cut(): Promise<void>; let(): void }> {
  const sockets: WebSocketRoute[] = [];
  let isCut = false;
  await page.routeWebSocket(/\/graphql$/, (socket) => {
    if (isCut) return void socket.close({ code: 1001 });
    sockets.push(socket);
    socket.connectToServer();
  });
  return {
    async cut() {
      isCut = true;
      for (const socket of sockets.splice(0)) await socket.close({ code: 1001 });
    },
    let() {
      isCut = false;
    },
  };
}

/** Shows an open page in another of the looks; resolves when it is drawn so, all of it. */
export async function showAs(page: Page, { width, colorScheme }: (typeof looks)[number]): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme });
  await page.waitForFunction(`innerWidth === ${width} && matchMedia('(prefers-color-scheme: ${colorScheme})').matches`);
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn())))');
}

/** The four ways in which every page is looked at. */
export const looks = [
  { name: 'light-1280', width: 1280, colorScheme: 'light' },
  { name: 'dark-1280', width: 1280, colorScheme: 'dark' },
  { name: 'light-360', width: 360, colorScheme: 'light' },
  { name: 'dark-360', width: 360, colorScheme: 'dark' },
] as const;

/** Each theme and each width once, for what a page shows only after it was used. */
export const twoLooks = looks.filter(({ name }) => name === 'light-1280' || name === 'dark-360');

const grants = {
  register: 'mutation ($input: RegisterInput!) { answer: register(input: $input) { ... on RegisterSuccess { session { ...S } } } }',
  logIn: 'mutation ($input: LogInInput!) { answer: logIn(input: $input) { ... on LogInSuccess { session { ...S } } } }',
};
const sessionFields = 'fragment S on Session { accessToken refreshToken user { id username role } }';

/** A session of its own for one browser: of a new account by its input, or of one that is there. */
export async function grantSession(
  gatewayUrl: string,
  how: { register: { email: string; username: string; password: string } } | { logIn: { login: string; password: string } },
): Promise<BrowserSession> {
  const [verb, input] = 'register' in how ? (['register', how.register] as const) : (['logIn', how.logIn] as const);
  const response = await fetch(gatewayUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `${grants[verb]} ${sessionFields}`, variables: { input } }),
  });
  const { data } = (await response.json()) as { data?: { answer?: { session?: BrowserSession } } };
  const session = data?.answer?.session;
  if (!session) throw new Error(`The shop gave no session to ${JSON.stringify(input)}.`);
  return session;
}
