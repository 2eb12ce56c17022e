import { randomUUID } from 'node:crypto';
import type { Case } from './case.ts';

/** What admins ask of what could not be done: messages that were given up on, and mails that failed. There are none. */
export const backOfficeCases: Readonly<Record<string, Case>> = {
  'admin/dead-letters': {
    as: 'admin',
    variables: () => ({ first: 5 }),
    absent: [
      'deadLetters.pageInfo.endCursor',
      ...['', '.cursor', '.node'].map((path) => `deadLetters.edges${path}`),
      ...['id', 'topic', 'consumer', 'type', 'key', 'at', 'attempts', 'reason', 'payload', 'traceId'].map(
        (field) => `deadLetters.edges.node.${field}`,
      ),
    ],
  },
  'admin/discard-dead-letter': rejectedLetter('discardDeadLetter'),
  'admin/failed-mails': {
    as: 'admin',
    variables: () => ({ first: 5 }),
    absent: [
      'failedMails.pageInfo.endCursor',
      ...['', '.cursor', '.node'].map((path) => `failedMails.edges${path}`),
      ...['id', 'kind', 'status', 'recipient', 'queuedAt', 'attempts', 'reason'].map((field) => `failedMails.edges.node.${field}`),
    ],
  },
  // nothing is logged in tests
  'admin/order-logs': {
    as: 'admin',
    variables: () => ({ order: 'M-7K3Q-92XD', first: 5 }),
    absent: [
      'logs.pageInfo.endCursor',
      ...['', '.cursor', '.node'].map((path) => `logs.edges${path}`),
      ...['time', 'level', 'service', 'message', 'traceId', 'fields'].map((field) => `logs.edges.node.${field}`),
    ],
  },
  'admin/metrics': { as: 'admin' },
  'admin/replay-dead-letter': rejectedLetter('replayDeadLetter'),
  'admin/send-mail-again': {
    as: 'admin',
    variables: () => ({ input: { id: randomUUID() } }),
    absent: ['sendMailAgain.mail', ...['id', 'status', 'attempts', 'reason'].map((field) => `sendMailAgain.mail.${field}`)],
  },
};

/** Nothing was given up on: what is asked for is not there. */
function rejectedLetter(field: string): Case {
  return {
    as: 'admin',
    variables: () => ({ input: { id: 'a-letter-that-never-was' } }),
    absent: [`${field}.deadLetter`, `${field}.deadLetter.id`],
  };
}
