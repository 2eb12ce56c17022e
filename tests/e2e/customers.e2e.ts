import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { Page, Request } from 'playwright-core';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { archiveProduct, createCustomer, createProduct } from '#tools/demo/scene.ts';
import { grantSession, type OpenBrowser, openBrowser, type Visitor, type VisitorOptions } from './browser.ts';
import { type OpenShop, openShop } from './shop.ts';

const { describe, test } = needs('browser');

let shop: OpenShop;
let browser: OpenBrowser;
let tea: string;
const visitors: Visitor[] = [];

beforeAll(async () => {
  shop = await openShop();
  browser = await openBrowser(shop.gatewayUrl);
  tea = await createProduct(shop.stage, 'Tea of the customers', 500);
}, 60_000);

afterEach(async () => {
  await Promise.all(visitors.splice(0).map((visitor) => visitor.close()));
});

afterAll(async () => {
  await browser?.close();
  if (tea) await archiveProduct(shop.stage, tea);
  await shop?.close();
}, 30_000);

const password = 'a long enough password';
const newName = () => `e2e-${randomUUID().slice(0, 12)}`;
const main = (page: Page) => page.getByRole('main');
const button = (page: Page, name: string | RegExp) => main(page).getByRole('button', { name });

async function visit(options: VisitorOptions = {}): Promise<Visitor> {
  const visitor = await browser.newVisitor(options);
  visitors.push(visitor);
  return visitor;
}

/** A new user, logged in in a browser and at the graph, with tea in the cart. */
async function visitWithTea(options: VisitorOptions = {}) {
  const username = newName();
  const account = { email: `${username}@example.com`, username, password };
  const session = await grantSession(shop.gatewayUrl, { register: account });
  const customer = await createCustomer(
    shop.stage,
    (await grantSession(shop.gatewayUrl, { logIn: { login: username, password } })).accessToken,
  );
  await customer.fill([{ productId: tea, quantity: 2 }]);
  return { ...(await visit({ session, ...options })), customer, account };
}

async function fillAddress(page: Page): Promise<void> {
  await page.getByLabel('Full name').fill('Lan Nguyễn');
  await page.getByLabel('Street and number').fill('12 Hàng Gai');
  await page.getByLabel('Country').selectOption('VN');
  await page.getByLabel('Postal code').fill('100000');
  await page.getByLabel('Town').fill('Hà Nội');
}

const ordersOf = async (customer: { client: { ask<T>(query: string): Promise<T> } }) =>
  (
    await customer.client.ask<{ orders: { edges: { node: { id: string; status: string } }[] } }>(
      '{ orders(first: 10) { edges { node { id status } } } }',
    )
  ).orders.edges.map(({ node }) => node);

const onOrderPage = /\/orders\/[0-9a-f-]{36}$/;
const isPlacing = (request: Request) => request.postData()?.includes('"PlaceOrder"') === true;
const keyOf = (request: Request) => /"idempotencyKey":"([^"]+)"/.exec(request.postData() ?? '')?.[1];

/** The shop gets every order, and the browser gets no answer, until answers arrive again. */
async function loseAnswers(page: Page): Promise<{ arrive(): void }> {
  let isCut = true;
  await page.route('**/graphql', async (route) => {
    if (!isCut || !isPlacing(route.request())) return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  });
  return {
    arrive() {
      isCut = false;
    },
  };
}

async function logIn(page: Page, login: string, secret: string): Promise<void> {
  await page.getByLabel('Email or username').fill(login);
  await page.getByLabel('Password', { exact: true }).fill(secret);
  await button(page, 'Log in').click();
}

describe('buying', () => {
  test('a guest registers on the way, and sees the order paid', async () => {
    const { page, context, complaints } = await visit();
    await context.addInitScript(
      (id) => {
        if (sessionStorage.getItem('filled') === null) localStorage.setItem('marigold.cart', id);
        sessionStorage.setItem('filled', 'yes');
      },
      await fillGuestCart(),
    );
    const username = newName();

    await page.goto('/checkout');
    await page.waitForURL(/\/log-in\?next=/);
    await main(page).getByRole('link', { name: 'Create an account' }).click();
    await page.getByLabel('Email').fill(`${username}@example.com`);
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await button(page, 'Create an account').click();
    await main(page).getByText('3 items').waitFor();
    await fillAddress(page);
    await button(page, 'Pay €37.50').click();
    await page.waitForURL(onOrderPage);
    await main(page)
      .getByText(/\bpaid\b/i)
      .first()
      .waitFor({ timeout: 20_000 });

    expect(complaints).toEqual([]);
  }, 60_000);

  test('a double click on the button buys once', async () => {
    const { page, customer } = await visitWithTea();
    const sent: Request[] = [];
    page.on('request', (request) => isPlacing(request) && sent.push(request));
    await page.goto('/checkout');
    await fillAddress(page);
    await button(page, /^Pay/).dblclick();
    await page.waitForURL(onOrderPage);

    expect(sent).toHaveLength(1);
    expect(await ordersOf(customer)).toHaveLength(1);
    await customer.close();
  }, 30_000);

  test('when the answer gets lost, the same request is sent again and finds its order', async () => {
    const { page, customer } = await visitWithTea();
    const keys: (string | undefined)[] = [];
    await page.route('**/graphql', async (route) => {
      if (!isPlacing(route.request())) return route.continue();
      keys.push(keyOf(route.request()));
      if (keys.length > 1) return route.continue();
      // the shop gets it, the browser gets no answer
      await route.fetch();
      return route.abort('connectionreset');
    });
    await page.goto('/checkout');
    await fillAddress(page);
    await button(page, /^Pay/).click();
    await page.getByText('your order is placed only once').waitFor();
    await page.waitForURL(onOrderPage);

    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(await ordersOf(customer)).toHaveLength(1);
    await customer.close();
  }, 30_000);

  test('after a reload in the middle the form is as it was, and so is the key', async () => {
    const { page, customer } = await visitWithTea();
    const keys: (string | undefined)[] = [];
    let isCut = true;
    await page.route('**/graphql', (route) => {
      if (!isPlacing(route.request())) return route.continue();
      keys.push(keyOf(route.request()));
      return isCut ? route.abort('connectionrefused') : route.continue();
    });
    await page.goto('/checkout');
    await fillAddress(page);
    await page.getByLabel('Maestro ending in 3000').check();
    await button(page, /^Pay/).click();
    await waitFor('the first attempt', () => keys.length > 0);
    await page.reload();
    isCut = false;
    const kept = [await page.getByLabel('Town').inputValue(), await page.getByLabel('Maestro ending in 3000').isChecked()];
    await button(page, /^Pay/).click();
    await page.waitForURL(onOrderPage);

    expect(kept).toEqual(['Hà Nội', true]);
    expect(new Set(keys).size).toBe(1);
    expect(await ordersOf(customer)).toHaveLength(1);
    await customer.close();
  }, 30_000);

  test('an order whose answer was lost for good is found when the checkout is opened again', async () => {
    const { page, customer } = await visitWithTea();
    const answers = await loseAnswers(page);
    await page.goto('/checkout');
    await fillAddress(page);
    await button(page, /^Pay/).click();
    await page.getByText('your order is placed only once').waitFor();
    await page.goto('/log-in');
    await customer.cartEmptied();
    answers.arrive();
    await page.goto('/checkout');
    await page.waitForURL(onOrderPage);

    expect(await ordersOf(customer)).toHaveLength(1);
    await customer.close();
  }, 30_000);

  test('who comes back to the checkout after a lost answer does not buy twice, and is led to the order that was placed', async () => {
    const { page, customer } = await visitWithTea();
    const answers = await loseAnswers(page);
    await page.goto('/checkout');
    await fillAddress(page);
    await page.getByLabel('Maestro ending in 3000').check();
    await button(page, /^Pay/).click();
    await page.getByText('your order is placed only once').waitFor();
    await customer.cartEmptied();
    answers.arrive();
    await page.reload();
    await page.waitForURL(onOrderPage);

    expect(await ordersOf(customer)).toHaveLength(1);
    await customer.close();
  }, 30_000);

  test('what cannot be had stands in the place of the button', async () => {
    const gone = await createProduct(shop.stage, 'Cup that is sold no more', 5);
    const { page, customer } = await visitWithTea();
    await customer.fill([{ productId: gone, quantity: 1 }]);
    await archiveProduct(shop.stage, gone);
    await waitFor('the cart to know it', async () => {
      await page.goto('/checkout');
      await page.getByLabel('Full name').waitFor();
      return main(page).getByText('Some items in your cart are not available').isVisible();
    });

    expect(await button(page, /^Pay/).count()).toBe(0);
    await main(page).getByRole('alert').getByRole('link', { name: 'Edit cart' }).click();
    await page.getByRole('button', { name: 'Remove unavailable items' }).click();
    await page.getByRole('link', { name: 'Go to checkout' }).click();
    await button(page, /^Pay/).waitFor();
    await customer.close();
  }, 30_000);

  test('who bought the last one and got no answer is led to the order', async () => {
    const last = await createProduct(shop.stage, 'The last cup', 1);
    const { page, customer } = await visitWithTea();
    await customer.fill([{ productId: last, quantity: 1 }]);
    const answers = await loseAnswers(page);
    await page.goto('/checkout');
    await fillAddress(page);
    await page.getByLabel('Maestro ending in 3000').check();
    await button(page, /^Pay/).click();
    await page.getByText('your order is placed only once').waitFor();
    await customer.cartEmptied();
    answers.arrive();
    await page.waitForURL(onOrderPage);

    expect(await ordersOf(customer)).toHaveLength(1);
    await archiveProduct(shop.stage, last);
    await customer.close();
  }, 30_000);

  test('the back button after buying leads past the checkout, and the checkout has nothing left to buy', async () => {
    const { page, customer } = await visitWithTea();
    await page.goto('/account');
    await page.goto('/checkout');
    await fillAddress(page);
    await button(page, /^Pay/).click();
    await page.waitForURL(onOrderPage);
    await page.goBack();
    await page.waitForURL('**/account');
    await customer.cartEmptied();
    await page.goto('/checkout');
    await page.getByText('Your cart is empty.').waitFor();

    expect(await ordersOf(customer)).toHaveLength(1);
    await customer.close();
  }, 30_000);

  test('a cart that is ordered already leads to its order', async () => {
    const { page, customer } = await visitWithTea();
    await page.goto('/checkout');
    await fillAddress(page);
    await page.getByLabel('Maestro ending in 3000').check();
    const elsewhere = await customer.place('card-slow');
    await button(page, /^Pay/).click();
    await main(page).getByRole('link', { name: 'View order' }).click();
    await page.waitForURL(onOrderPage);

    expect(page.url()).toContain('id' in elsewhere ? elsewhere.id : 'no order');
    expect(await ordersOf(customer)).toHaveLength(1);
    await customer.close();
  }, 30_000);

  test('a card that is declined: the order page says so, and the cart holds the things again', async () => {
    const { page, customer } = await visitWithTea();
    await page.goto('/checkout');
    await fillAddress(page);
    await page.getByLabel('Visa ending in 0002').check();
    await button(page, /^Pay/).click();
    await page.waitForURL(onOrderPage);
    await main(page)
      .getByText(/declined/i)
      .first()
      .waitFor({ timeout: 20_000 });
    await waitFor('the cart to hold them again', async () => {
      await page.goto('/checkout');
      await main(page)
        .getByText(/2 items|Your cart is empty/)
        .waitFor();
      return main(page).getByText('2 items').isVisible();
    });

    expect((await ordersOf(customer)).map(({ status }) => status)).toEqual(['CANCELLED']);
    // remembered on the way
    expect(await page.getByLabel('Lan Nguyễn').isChecked()).toBe(true);
    await customer.close();
  }, 30_000);

  test('an incomplete address has an error at each field, and the first one has the focus', async () => {
    const { page, customer } = await visitWithTea();
    await page.goto('/checkout');
    await page.getByLabel('Full name').fill('Lan');
    await button(page, /^Pay/).click();
    const focused = page.locator(':focus');

    expect(await focused.getAttribute('name')).toBe('line1');
    expect(await main(page).getByText('This field is required.').count()).toBe(3);
    expect(await ordersOf(customer)).toEqual([]);
    await customer.close();
  }, 30_000);
});

describe('coming and going', () => {
  test('a wrong password shows an error, the right one leads on, and logging out leads home', async () => {
    const { account, page } = await guestWithAccount();
    await page.goto('/log-in?next=/account');
    await logIn(page, account.username, 'not this password');
    await main(page).getByRole('alert').filter({ hasText: 'is incorrect' }).waitFor();
    await logIn(page, account.username, password);
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await page.goto('/log-in?next=/account');
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await button(page, 'Log out').click();
    await page.getByRole('navigation').getByRole('link', { name: 'Log in' }).waitFor();

    expect(new URL(page.url()).pathname).toBe('/');
    expect(await kept(page)).toBeNull();
  }, 30_000);

  test.each(['//evil.example', 'https://evil.example/', '/\\evil.example'])(
    '%s does not redirect out of the shop',
    async (next) => {
      const { account, page } = await guestWithAccount();
      await page.goto(`/log-in?next=${encodeURIComponent(next)}`);
      await logIn(page, account.username, password);
      await page.getByRole('navigation').getByRole('link', { name: 'Account' }).waitFor();

      expect(page.url()).toBe(new URL('/', shop.gatewayUrl).href);
    },
    30_000,
  );

  test('a taken username shows an error at its field', async () => {
    const { account, page } = await guestWithAccount();
    await page.goto('/register');
    await page.getByLabel('Email').fill(`other-${account.email}`);
    await page.getByLabel('Username').fill(account.username);
    await page.getByLabel('Password', { exact: true }).fill('short');
    await button(page, 'Create an account').click();
    const first = await page.locator(':focus').getAttribute('name');
    await page.getByLabel('Password', { exact: true }).fill('Password2026!');
    await button(page, 'Create an account').click();
    await main(page).getByText('This password is too common').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(password);
    await button(page, 'Create an account').click();
    await main(page).getByText('This username is taken').waitFor();

    expect([first, await page.locator(':focus').getAttribute('name')]).toEqual(['password', 'username']);
  }, 30_000);

  test('an address is confirmed by the link of the mail, and then one can log in with it; another account with the same address learns nothing', async () => {
    const { account, page } = await guestWithAccount();
    await page.goto('/log-in');
    await logIn(page, account.email, password);
    await main(page).getByRole('alert').filter({ hasText: 'is incorrect' }).waitFor();
    await page.goto(await linkTo('confirm-email', account.email));
    await page.waitForURL((url) => url.search === '');
    await button(page, 'Confirm address').click();
    await page.getByText('Your address is confirmed').waitFor();
    await main(page).getByRole('link', { name: 'Back to login' }).click();
    await logIn(page, account.email, password);
    await page.getByRole('navigation').getByRole('link', { name: 'Account' }).waitFor();

    const { page: stranger } = await visit();
    await stranger.goto('/register');
    await stranger.getByLabel('Email').fill(account.email);
    await stranger.getByLabel('Username').fill(newName());
    await stranger.getByLabel('Password', { exact: true }).fill(password);
    await button(stranger, 'Create an account').click();
    await stranger.getByRole('navigation').getByRole('link', { name: 'Account' }).waitFor();
    await waitFor('the mail to the owner', async () =>
      (await mailsTo(account.email)).some(({ subject }) => subject === 'You already have a Marigold account'),
    );
  }, 45_000);

  test('a forgotten password is reset by the link of the mail, which works once', async () => {
    const { account, page } = await guestWithAccount();
    await page.goto('/log-in');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('Email').fill(account.email);
    await button(page, 'Send link').click();
    await page.getByText('Check your email').waitFor();
    const link = await linkTo('reset-password', account.email);
    await page.goto(link);
    await page.waitForURL((url) => url.search === '');
    await page.getByLabel('New password').fill('quite another password');
    await button(page, 'Set password').click();
    await page.getByText('Your password has been changed.').waitFor();
    await logIn(page, account.username, 'quite another password');
    await page.getByRole('navigation').getByRole('link', { name: 'Account' }).waitFor();
    await page.goto(link);
    await page.getByLabel('New password').fill('quite another password');
    await button(page, 'Set password').click();
    await page.getByText('This link is no longer valid').waitFor();

    expect(await main(page).getByRole('link', { name: 'Request a new link' }).getAttribute('href')).toBe('/forgot-password');
  }, 45_000);

  test.each([
    ['has come to its age', { renewAt: 0 }],
    ['is not taken by the shop', { accessToken: 'tampered.with.it' }],
  ])(
    'an access token that %s is renewed without a visible effect',
    async (_, change) => {
      const { page } = await visitWithTea();
      await page.goto('/');
      await page.getByRole('navigation').getByRole('link', { name: 'Account' }).waitFor();
      await tamper(page, change);
      const before = await kept(page);
      await page.goto('/account');
      await page.getByRole('heading', { name: 'Profile' }).waitFor();
      const after = await kept(page);

      expect(after?.refreshToken).not.toBe(before?.refreshToken);
      expect(after?.renewAt).toBeGreaterThan(Date.now());
    },
    30_000,
  );

  test('tokens that were tampered with end the session, with a notice and a way back', async () => {
    const { page } = await visitWithTea();
    await page.goto('/');
    await tamper(page, { accessToken: 'tampered.with.it', refreshToken: 'this one too' });
    await page.goto('/account');
    await page.getByText('Your session has expired').waitFor();
    await page.waitForURL(/\/log-in\?next=/);

    expect(await kept(page)).toBeNull();
  }, 30_000);
});

describe('the account', () => {
  test('keeps addresses: added, changed, removed', async () => {
    const { page, customer } = await visitWithTea({ width: 360 });
    await page.goto('/account');
    await button(page, 'Add address').click();
    await fillAddress(page);
    await button(page, 'Save address').click();
    await page.getByText('Address saved.').waitFor();
    await button(page, 'Edit the address of Lan Nguyễn').click();
    await page.getByLabel('Town').fill('<script>alert(1)</script>');
    await button(page, 'Save address').click();
    await page.getByText('<script>alert(1)</script>').waitFor();
    await button(page, 'Remove the address of Lan Nguyễn').click();
    await button(page, 'Remove address').click();
    await page.getByText('Address removed.').waitFor();
    const { me } = await customer.client.ask<{ me: { addresses: unknown[] } }>('{ me { addresses { id } } }');

    expect(me.addresses).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await customer.close();
  }, 30_000);

  test('shows what another window has changed of an address, and overwrites or removes nothing unseen', async () => {
    const { page, customer, complaints } = await visitWithTea();
    await page.goto('/account');
    await button(page, 'Add address').click();
    await fillAddress(page);
    await button(page, 'Save address').click();
    await page.getByText('Address saved.').waitFor();
    const kept = async () => {
      const query = '{ me { addresses { id name line1 line2 city postalCode country phone } } }';
      const { me } = await customer.client.ask<{ me: { addresses: { id: string; line1: string; phone: string | null }[] } }>(query);
      return me.addresses[0];
    };
    const inAnotherWindow = async (place: { readonly line1: string; readonly phone?: string }) => {
      const input = { ...(await kept()), ...place };
      await customer.client.ask('mutation ($input: SaveAddressInput!) { saveAddress(input: $input) { __typename } }', { input });
    };

    await button(page, 'Edit the address of Lan Nguyễn').click();
    expect(await page.getByText('Address saved.').count()).toBe(0);
    await page.getByLabel('Street and number').fill('14 Hàng Gai');
    await page.getByLabel('Apartment, floor').fill('2nd floor');
    await inAnotherWindow({ line1: '16 Hàng Gai', phone: '+842438253525' });
    await button(page, 'Save address').click();
    const notice = main(page).getByRole('alert').filter({ hasText: 'This address has been changed' });
    await notice.getByText('Street and number: 12 Hàng Gai → 16 Hàng Gai (your version is kept)').waitFor();
    await notice.getByText('Phone: – → +84 24 3825 3525').waitFor();
    expect(await kept()).toMatchObject({ line1: '16 Hàng Gai', line2: null });
    expect(await page.getByLabel('Street and number').inputValue()).toBe('14 Hàng Gai');
    expect(await page.getByLabel('Phone').inputValue()).toBe('+84 24 3825 3525');
    await button(page, 'Save address').click();
    await page.getByText('Address saved.').waitFor();
    expect(await kept()).toMatchObject({ line1: '14 Hàng Gai', line2: '2nd floor', phone: '+84 24 3825 3525' });

    await button(page, 'Remove the address of Lan Nguyễn').click();
    await inAnotherWindow({ line1: '18 Hàng Gai' });
    await button(page, 'Remove address').click();
    await page.getByText('Check it again before you remove it.').waitFor();
    await main(page).getByText('18 Hàng Gai').waitFor();
    await button(page, 'Remove address').click();
    await page.getByText('Address removed.').waitFor();
    expect([await kept(), complaints]).toEqual([undefined, []]);
    await customer.close();
  }, 30_000);

  test('changes its e-mail and its password, and is closed', async () => {
    const { page, account, customer } = await visitWithTea();
    await page.goto('/account');
    await button(page, 'Change email').click();
    await page.getByLabel('New email').fill(`new-${account.email}`);
    await page.getByLabel('Password', { exact: true }).fill('not this password');
    await button(page, 'Change email').click();
    await page.getByText('The password is incorrect.').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(password);
    await button(page, 'Change email').click();
    await page.getByText('Your email has been changed.').waitFor();
    await main(page).getByText(`new-${account.email}`).waitFor();

    await button(page, 'Change password').click();
    await page.getByLabel('Current password').fill(password);
    await page.getByLabel('New password').fill('quite another password');
    await button(page, 'Change password').click();
    await page.getByText('Your password has been changed.').waitFor();

    await button(page, 'Close account').click();
    await page.getByLabel('Password', { exact: true }).fill('quite another password');
    await button(page, 'Close account permanently').click();
    await page.getByText('Your account is closed.').waitFor();
    await logIn(page, account.username, 'quite another password');
    await main(page).getByRole('alert').filter({ hasText: 'is incorrect' }).waitFor();

    expect(await kept(page)).toBeNull();
    await customer.close();
  }, 45_000);
});

/** Three pieces of tea in the cart of a guest; its id. */
function fillGuestCart(): Promise<string> {
  const query = 'mutation ($input: AddToCartInput!) { addToCart(input: $input) { ... on AddToCartSuccess { cart { id } } } }';
  // the cart learns of the product a moment later
  return waitFor('the cart of a guest', async () => {
    const { addToCart } = await shop.guest.ask<{ addToCart: { cart?: { id: string } } }>(query, { input: { productId: tea, quantity: 3 } });
    return addToCart.cart?.id;
  });
}

/** A user with an account, not logged in here. */
async function guestWithAccount() {
  const username = newName();
  const account = { email: `${username}@example.com`, username, password };
  await grantSession(shop.gatewayUrl, { register: account });
  return { ...(await visit()), account };
}

type Kept = { accessToken: string; refreshToken: string; renewAt: number };
const kept = (page: Page) => page.evaluate<Kept | null>(() => JSON.parse(localStorage.getItem('marigold.session') ?? 'null'));

async function tamper(page: Page, change: object): Promise<void> {
  const session = { ...(await kept(page)), ...change };
  await page.evaluate((text) => localStorage.setItem('marigold.session', text), JSON.stringify(session));
}

type Mail = { readonly subject: string; readonly text: string; readonly to: readonly { readonly address: string }[] };

async function mailsTo(email: string): Promise<Mail[]> {
  const mails = (await (await fetch(new URL('/api/email', shop.mailUrl))).json()) as Mail[];
  return mails.filter((mail) => mail.to.some((to) => to.address === email));
}

/** The link to this page in a mail that went there. */
function linkTo(path: 'reset-password' | 'confirm-email', email: string): Promise<string> {
  const link = new RegExp(`https?://\\S+/${path}\\?token=[^\\s)>]+`);
  return waitFor(
    'the mail with the link',
    async () => (await mailsTo(email)).map(({ text }) => link.exec(text)?.[0]).find((found) => found !== undefined),
    20_000,
  );
}
