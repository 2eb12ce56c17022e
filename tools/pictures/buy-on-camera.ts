import type { Page } from 'playwright-core';

const lingerMs = 1500;

/**
 * Fills in the checkout, off camera. What is returned is for the camera: pays with the slow card, and the order proceeds
 * until it is paid.
 */
export async function buyOnCamera(page: Page): Promise<() => Promise<void>> {
  await page.goto('/checkout', { waitUntil: 'networkidle' });
  // the country decides what the other fields are called
  await page.getByLabel('Country', { exact: true }).selectOption('VN');
  for (const [label, text] of Object.entries(address)) await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByRole('radio', { name: /3000/ }).check();
  const pay = page.getByRole('button', { name: /^Pay/ });
  await pay.scrollIntoViewIfNeeded();
  return async () => {
    await page.waitForTimeout(lingerMs / 2);
    await pay.click();
    await page.waitForURL(/\/orders\//);
    await page.getByText('Paid', { exact: true }).first().waitFor();
    await page.waitForTimeout(2 * lingerMs);
  };
}

const address = {
  'Full name': 'Linh Tran',
  'Street and number': '12 Hang Gai',
  'Postal code (optional)': '100000',
  Town: 'Ha Noi',
};
