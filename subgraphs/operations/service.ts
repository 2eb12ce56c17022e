import { z } from 'zod';
import { consumerGroupOf } from '#kafka/consumer-groups.ts';
import type { DeadLetter as Letter } from '#kafka/dead-letter-message.ts';
import { type DeadLetterEntry, discardDeadLetter, findDeadLetters, indexDeadLetters, replayDeadLetter } from '#kafka/dead-letters.ts';
import type { EventLog } from '#kafka/event-log.ts';
import { UnpublishableError } from '#kafka/message-limits.ts';
import { assertAdmin, type Identity, isAdmin } from '#platform/auth.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import type { Logger } from '#platform/logger.ts';
import { assertFirst, type Connection } from '#platform/pagination.ts';
import { askComponent, askEventLog, type Component, type ComponentAddress } from './components.ts';
import { type DeadLetter, pageOf, toView } from './dead-letter-view.ts';
import { createLogDoor } from './log-door.ts';

export type Consumer = { id: string; group: string; service: string; topic: string; lag: number; members: number };
export type DeadLetterNotFound = { __typename: 'DeadLetterNotFound'; code: 'DEAD_LETTER_NOT_FOUND'; message: string };
export type DeadLetterTooLarge = { __typename: 'DeadLetterTooLarge'; code: 'DEAD_LETTER_TOO_LARGE'; message: string };
export type DeadLetterOutcome = { deadLetter: DeadLetter } | DeadLetterNotFound | InvalidInput;
export type ReplayOutcome = DeadLetterOutcome | DeadLetterTooLarge;

const letterInput = z.object({ id: inputField.id() });

/** What admins see of the running shop, and do to what it gave up on. Everybody else sees null, and may do nothing. */
export function createOperationsService(options: { components: readonly ComponentAddress[]; eventLog: EventLog; logger: Logger }) {
  const { components, eventLog, logger } = options;
  const door = createLogDoor(eventLog, logger);
  let reading: Promise<DeadLetterEntry[]> | undefined;

  /** Several who ask at the same time share one reading: it costs the log a group. */
  function readIndex(): Promise<DeadLetterEntry[]> {
    reading ??= indexDeadLetters(eventLog).finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function onLetter<Refused extends DeadLetterTooLarge>(
    identity: Identity,
    input: unknown,
    deed: 'replayed' | 'discarded',
    work: (letter: Letter) => Promise<Refused | null>,
  ): Promise<DeadLetterOutcome | Refused> {
    const { userId } = assertAdmin(identity);
    const parsed = parseInput(letterInput, input);
    if (!parsed.ok) return parsed.error;
    const { id } = parsed.value;
    const worked = await door.messages(async () => {
      // not a shared reading: one that began earlier may not know the letter yet
      const [letter] = await findDeadLetters(eventLog, [id]);
      return letter && { letter, refused: await work(letter) };
    });
    if (worked === undefined) return notFound;
    const { letter, refused } = worked;
    if (refused !== null) return refused;
    logger.info({ userId, id, consumer: letter.consumer }, `a dead letter was ${deed}`);
    return { deadLetter: toView(letter) };
  }

  return {
    async components(identity: Identity): Promise<Component[] | null> {
      if (!isAdmin(identity)) return null;
      return Promise.all([...components.map(askComponent), askEventLog(eventLog)]);
    },

    /** @throws AppError UNAVAILABLE when the log does not answer. */
    async consumers(identity: Identity): Promise<Consumer[] | null> {
      if (!isAdmin(identity)) return null;
      // every gateway process is a group of its own, which ends with it
      const services = new Map(components.map(({ name }) => [consumerGroupOf(name), name]));
      const groups = [...services.keys()];
      const lags = await door.figures(() => eventLog.lag(groups));
      return lags
        .map(({ group, topic, messages: lag, members }) => ({
          id: `${group}/${topic}`,
          group,
          service: services.get(group) ?? group,
          topic,
          lag,
          members,
        }))
        .sort((one, other) => groups.indexOf(one.group) - groups.indexOf(other.group) || one.topic.localeCompare(other.topic));
    },

    /** The newest first. @throws AppError UNAVAILABLE when the log does not answer, INVALID_INPUT for a page that cannot be. */
    async deadLetters(identity: Identity, first: number, after: string | null): Promise<Connection<DeadLetter> | null> {
      if (!isAdmin(identity)) return null;
      const howMany = assertFirst(first);
      const entries = await door.messages(readIndex);
      return pageOf(entries, howMany, after, (ids) => door.messages(() => findDeadLetters(eventLog, ids)));
    },

    /** However often it is done, the event has one effect: the inbox of its service knows the letter. */
    replayDeadLetter: (identity: Identity, input: unknown): Promise<ReplayOutcome> =>
      onLetter(identity, input, 'replayed', (letter) => replay(eventLog, letter)),

    discardDeadLetter: (identity: Identity, input: unknown) =>
      onLetter<never>(identity, input, 'discarded', async (letter) => {
        await discardDeadLetter(eventLog, letter);
        return null;
      }),
  };
}

export type OperationsService = ReturnType<typeof createOperationsService>;

/** Null when it is on its way. */
async function replay(eventLog: EventLog, letter: Letter): Promise<DeadLetterTooLarge | null> {
  try {
    await replayDeadLetter(eventLog, letter);
    return null;
  } catch (error) {
    // the log is there, and will never take it; the letter stays
    if (error instanceof UnpublishableError) return tooLarge;
    throw error;
  }
}

const tooLarge: DeadLetterTooLarge = {
  __typename: 'DeadLetterTooLarge',
  code: 'DEAD_LETTER_TOO_LARGE',
  message: 'With the marks of a replay this message is larger than its topic takes. It can be looked at and discarded, not replayed.',
};
const notFound: DeadLetterNotFound = {
  __typename: 'DeadLetterNotFound',
  code: 'DEAD_LETTER_NOT_FOUND',
  message: 'There is no such message: it was replayed or forgotten, or never was.',
};
