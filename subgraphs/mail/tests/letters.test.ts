import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { cancelReasons } from '#kafka/contracts.ts';
import { aboutReset } from '#kafka/sealed-data.ts';
import { createSeal } from '#platform/sealed-text.ts';
import { formatMoney } from '../ended-orders.ts';
import { composeLetter } from '../letters.ts';
import { anAccount, anOrder, aPaidOrder, euros, userId } from './events.ts';

const seal = createSeal([{ id: 'test', bytes: randomBytes(32) }]);
const addressee = {
  username: 'ana',
  shopUrl: 'https://shop.example',
  seal,
  signLink: ({ userId: of, email }: { userId: string; email: string }) => `${of}/${email}`,
};

describe('a receipt', () => {
  it('names the order, each line and the total, in both forms', () => {
    const letter = composeLetter('RECEIPT', aPaidOrder(), addressee);

    expect(letter.subject).toBe('Your receipt for order M-1001');
    for (const form of [letter.text, letter.html]) {
      expect(form).toContain('M-1001');
      expect(form).toContain('Lotus tea');
      expect(form).toContain('2 × ');
      expect(form).toContain('€12.50');
      expect(form).toContain('€1,250.00');
    }
  });

  it('shows what people wrote as text, never as markup', () => {
    const order = aPaidOrder({
      lines: [{ productId: userId, name: '<script>alert("x")</script> & \'co\'', quantity: 1, unitPrice: euros(100) }],
    });

    const { html } = composeLetter('RECEIPT', order, { ...addressee, username: '<img src=x onerror=alert(1)>' });

    expect(html).not.toMatch(/<script|<img/);
    expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;co&#39;');
  });

  it('lets nothing smuggle a header or a line in', () => {
    const order = aPaidOrder({ number: 'M-1\r\nBcc: thief@example.com' });

    const { subject, text } = composeLetter('RECEIPT', order, addressee);

    expect(subject).toBe('Your receipt for order M-1 Bcc: thief@example.com');
    expect(text).not.toMatch(/^Bcc:/m);
  });
});

describe('a receipt and a refund', () => {
  const paid = { card: 'Visa ending in 4242', paidAt: '2026-11-26T23:30:00.000Z' };

  it('name the card and the day', () => {
    const receipt = composeLetter('RECEIPT', aPaidOrder(paid), addressee);
    const refund = composeLetter('ORDER_REFUNDED', { ...anOrder('REFUNDED'), ...paid }, addressee);

    expect(receipt.text).toContain('Paid with Visa ending in 4242 on 26 November 2026.');
    expect(refund.text).toContain('€1,250.00, paid with Visa ending in 4242 on 26 November 2026, will be returned to that card.');
  });

  it('say nothing of a card that they do not know', () => {
    expect(composeLetter('ORDER_REFUNDED', anOrder('REFUNDED'), addressee).text).toContain('€1,250.00 to the card you paid with.');
    expect(composeLetter('ORDER_REFUNDED', { ...anOrder('REFUNDED'), paidAt: paid.paidAt }, addressee).text).toContain(
      '€1,250.00, paid on 26 November 2026, will be returned to the card you paid with.',
    );
  });
});

describe('a cancellation', () => {
  it.each(cancelReasons)('explains what %s means for goods and money', (reason) => {
    const { text } = composeLetter('ORDER_CANCELLED', { ...anOrder('CANCELLED'), reason }, addressee);

    expect(text).not.toContain(reason);
    expect(text).toMatch(/Nothing was charged|charged €1,250.00, the amount is refunded automatically/);
  });

  const cancellation = (more: object) => composeLetter('ORDER_CANCELLED', { ...anOrder('CANCELLED'), ...more }, addressee).text;
  const paid = { card: 'Visa ending in 4242', paidAt: '2026-11-26T23:30:00.000Z' };

  it('names sum, card and day of what was paid, and does not doubt it', () => {
    const text = cancellation({ reason: 'BY_CUSTOMER', by: 'CUSTOMER', ...paid });

    expect(text).toContain('You cancelled it.');
    expect(text).toContain(
      'You paid €1,250.00 with Visa ending in 4242 on 26 November 2026. The €1,250.00 will be refunded to that card automatically.',
    );
    expect(text).not.toMatch(/if your card/i);
    expect(cancellation({ reason: 'BY_CUSTOMER', by: 'CUSTOMER', paidAt: paid.paidAt })).toContain(
      'You paid €1,250.00 on 26 November 2026. The €1,250.00 will be refunded to the card you paid with automatically.',
    );
  });

  it('names who cancelled it', () => {
    expect(cancellation({ reason: 'BY_CUSTOMER', by: 'ADMIN' })).toContain('It was cancelled by the shop.');
  });

  it('names the card that was declined', () => {
    expect(cancellation({ reason: 'PAYMENT_DECLINED', card: 'Visa ending in 0002' })).toContain(
      'The payment with Visa ending in 0002 was declined.',
    );
  });

  it.each([
    ['OUT_OF_STOCK', 7, 'Lotus tea: you ordered 8, only 7 were left.'],
    ['OUT_OF_STOCK', 1, 'Lotus tea: you ordered 8, only 1 was left.'],
    ['OUT_OF_STOCK', 0, 'Lotus tea: you ordered 8, none were left.'],
    ['PRICE_CHANGED', undefined, 'Lotus tea: the price has changed.'],
    ['UNKNOWN_PRODUCT', undefined, 'Lotus tea: no longer available.'],
  ])('names what kept the order from being carried out: %s, %s', (reason, available, sentence) => {
    const line = { productId: userId, name: 'Lotus tea', quantity: 8, ...(available === undefined ? {} : { available }) };

    expect(cancellation({ reason, failedLines: [line] })).toContain(sentence);
  });
});

describe('a password reset', () => {
  it('links to the shop with the token', () => {
    const expiresAt = '2030-01-01T00:00:00.000Z';
    const sealedToken = seal.seal('a/b+c', aboutReset(userId, expiresAt));
    const data = { userId, version: 1, email: 'ana@example.com', username: 'ana', sealedToken, expiresAt };

    expect(composeLetter('PASSWORD_RESET', data, addressee).text).toContain('https://shop.example/reset-password?token=a%2Fb%2Bc');
  });
});

describe('money', () => {
  it('is written as people write it', () => {
    expect([1250, 5, 0, 123_456_789].map(formatMoney)).toEqual(['€12.50', '€0.05', '€0.00', '€1,234,567.89']);
  });
});

describe('a mail to a claimed address', () => {
  const claim = { ...anAccount(), addressMail: 'link' };

  it.each(['WELCOME', 'EMAIL_CHANGED'] as const)('of the kind %s has a link that is for this address', (kind) => {
    const { text } = composeLetter(kind, claim, addressee);

    expect(text).toContain(`https://shop.example/confirm-email?token=${encodeURIComponent(`${userId}/ana@example.com`)}`);
    expect(composeLetter(kind, anAccount(), addressee).text).not.toContain('confirm-email');
  });

  it('tells its owner that there is an account, and discloses nothing of the other one', () => {
    const { subject, text, html } = composeLetter('ADDRESS_IN_USE', { ...claim, username: 'thief' }, { ...addressee, username: 'thief' });

    expect(subject).toBe('You already have a Marigold account');
    expect(text).toContain('https://shop.example/forgot-password');
    expect(text + html).not.toMatch(/thief|token/);
  });
});

describe('a mail about a password that is guessed', () => {
  it('has how often, for how long, and what to do', () => {
    const { text } = composeLetter('LOG_IN_PAUSED', { ...anAccount(), failures: 100, pauseSeconds: 900 }, addressee);

    expect(text).toContain('100 failed login attempts');
    expect(text).toContain('wait 15 minutes');
    expect(text).toContain('https://shop.example/forgot-password');
  });
});
