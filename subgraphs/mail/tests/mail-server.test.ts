import { describe, expect, it } from '@jest/globals';
import { toDelivery } from '../mail-server.ts';

const resultOf = (error: Parameters<typeof toDelivery>[0]) => toDelivery(error).result;

describe('what a mail server answers', () => {
  it.each([421, 450, 451])('about a recipient (%d) is about this mail: later', (responseCode) => {
    expect(resultOf({ code: 'EENVELOPE', command: 'RCPT TO', responseCode, message: 'busy' })).toBe('later');
  });

  it('about a recipient or a text for good ends this mail', () => {
    expect(resultOf({ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550, message: 'no such mailbox' })).toBe('rejected');
    expect(resultOf({ code: 'EMESSAGE', command: 'DATA', responseCode: 554, message: 'not such a mail' })).toBe('rejected');
    expect(resultOf({ code: 'EMESSAGE', command: 'DATA', responseCode: 452, message: 'no room' })).toBe('later');
  });

  it('about who sends, or before it has greeted, is about the server: it is away', () => {
    expect(resultOf({ code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 421, message: 'closing' })).toBe('away');
    expect(resultOf({ code: 'ETIMEDOUT', message: 'Greeting never received' })).toBe('away');
    expect(resultOf({ code: 'ECONNECTION', message: 'connect ECONNREFUSED' })).toBe('away');
  });

  it.each([502, 503, 504, 530, 538])(
    'about the conversation or a log-in (%d), wherever it says so, is about the server: it is away',
    (responseCode) => {
      expect(resultOf({ code: 'EENVELOPE', command: 'RCPT TO', responseCode, message: 'log in first' })).toBe('away');
      expect(resultOf({ code: 'EMESSAGE', command: 'DATA', responseCode, message: 'log in first' })).toBe('away');
    },
  );

  it.each([600, 999])('with a number that SMTP does not have (%d) ends no mail', (responseCode) => {
    expect(resultOf({ code: 'EENVELOPE', command: 'RCPT TO', responseCode, message: 'what' })).toBe('later');
    expect(resultOf({ code: 'EMESSAGE', command: 'DATA', responseCode, message: 'what' })).toBe('later');
  });

  it('with silence after the greeting delays this mail only', () => {
    expect(toDelivery({ code: 'ETIMEDOUT', message: 'Timeout' })).toEqual({
      result: 'later',
      reason: 'The mail server stopped responding.',
    });
  });
});
