import { describe, expect, it } from '@jest/globals';
import { cancelReasons } from '#kafka/contracts.ts';
import { composeLetter, formatMoney } from '../letters.ts';
import { anOrder, aPaidOrder, euros, userId } from './facts.ts';

const addressee = { username: 'ana', shopUrl: 'https://shop.example' };

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

describe('a cancellation', () => {
  it.each(cancelReasons)('says in words what %s means for goods and money', (reason) => {
    const { text } = composeLetter('ORDER_CANCELLED', { ...anOrder('CANCELLED'), reason }, addressee);

    expect(text).not.toContain(reason);
    expect(text).toMatch(/Nothing was charged|whole amount back/);
    expect(text).toContain('back on the shelf');
  });
});

describe('a password reset', () => {
  it('links to the shop with the token', () => {
    const data = {
      userId,
      version: 1,
      email: 'ana@example.com',
      username: 'ana',
      resetToken: 'a/b+c',
      expiresAt: '2030-01-01T00:00:00.000Z',
    };

    expect(composeLetter('PASSWORD_RESET', data, addressee).text).toContain('https://shop.example/reset-password?token=a%2Fb%2Bc');
  });
});

describe('money', () => {
  it('is written as people write it', () => {
    expect([1250, 5, 0, 123_456_789].map(formatMoney)).toEqual(['€12.50', '€0.05', '€0.00', '€1,234,567.89']);
  });
});
