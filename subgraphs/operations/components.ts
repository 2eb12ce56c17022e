import { z } from 'zod';
import type { EventLog } from '#kafka/event-log.ts';
import { withTimeout } from '#platform/async/timeout.ts';
import { readExposition } from '#platform/exposition.ts';
import { subgraphPorts } from '#schema/subgraph-ports.ts';

/** `url` without a path. */
export type ComponentAddress = { readonly name: string; readonly url: string };
export type ComponentKind = 'GATEWAY' | 'SUBGRAPH' | 'SERVICE' | 'EVENT_LOG';

export type Component = {
  readonly name: string;
  readonly kind: ComponentKind;
  readonly ready: boolean;
  readonly unhealthyReason: string | null;
  readonly answeredInMs: number | null;
  readonly memoryMb: number | null;
  readonly startedAt: Date | null;
  readonly outbox: { readonly messages: number; readonly oldestSeconds: number } | null;
};

const answersWithinMs = 1000;
/** The gateway with all registered operations has a quarter of it. */
const longestAnswer = 2_000_000;

/** The components that a text names, as in `gateway=http://127.0.0.1:4000,order=http://127.0.0.1:4003`; for zod. */
export function readComponentAddresses(text: string, context: z.RefinementCtx): readonly ComponentAddress[] {
  const addresses = text
    .split(',')
    .map((entry) => /^\s*([a-z][a-z0-9-]*)=(https?:\/\/[^\s/=,]+)\/?\s*$/.exec(entry))
    .map((found) => (found?.[1] && found[2] ? { name: found[1], url: found[2] } : null))
    .filter((address) => address !== null);
  if (addresses.length === text.split(',').length && new Set(addresses.map(({ name }) => name)).size === addresses.length) return addresses;
  context.addIssue({ code: 'custom', message: 'must be name=http://host:port, separated by commas, each name once' });
  return z.NEVER;
}

/** How a component is at this moment, within a second. Never rejects: a component that is away is one that is not ready. */
export async function askComponent({ name, url }: ComponentAddress): Promise<Component> {
  const begun = performance.now();
  const [health, figures] = await Promise.all([
    fetchText(`${url}/readyz`).then((answer) => ({ ...answer, ms: Math.round(performance.now() - begun) }), unanswered),
    fetchText(`${url}/metrics`)
      .then(({ status, text }) => (status === 200 ? readFigures(text) : noFigures))
      .catch(() => noFigures),
  ]);
  return { name, kind: kindOf(name), ...readHealth(health), ...figures };
}

/** The log itself, in the same words. */
export async function askEventLog(eventLog: Pick<EventLog, 'unhealthyReason'>): Promise<Component> {
  const begun = performance.now();
  const unhealthyReason = await withTimeout(answersWithinMs, eventLog.unhealthyReason()).catch(() => 'no answer');
  const ms = Math.round(performance.now() - begun);
  const isThere = unhealthyReason === null;
  return {
    name: 'event-log',
    kind: 'EVENT_LOG',
    ready: isThere,
    // the error messages of the log's client contain addresses
    unhealthyReason: isThere ? null : 'It does not answer.',
    answeredInMs: isThere ? ms : null,
    ...noFigures,
  };
}

type Health = { readonly status: number; readonly text: string; readonly ms: number };

const unanswered = (): Health => ({ status: 0, text: '', ms: 0 });
const noFigures = { memoryMb: null, startedAt: null, outbox: null };

function kindOf(name: string): ComponentKind {
  if (name === 'gateway') return 'GATEWAY';
  return Object.hasOwn(subgraphPorts, name) ? 'SUBGRAPH' : 'SERVICE';
}

function readHealth({ status, text, ms }: Health): Pick<Component, 'ready' | 'unhealthyReason' | 'answeredInMs'> {
  if (status === 200) return { ready: true, unhealthyReason: null, answeredInMs: ms };
  return status === 0
    ? { ready: false, unhealthyReason: 'It does not answer.', answeredInMs: null }
    : { ready: false, unhealthyReason: sentenceOf(text), answeredInMs: ms };
}

const notReady = z.object({ reason: z.string().min(1).max(200) });

/** The reason that a component gives, as a sentence; nothing that looks like an address is passed on. */
function sentenceOf(body: string): string {
  const reason = notReady.safeParse(parseJson(body)).data?.reason ?? '';
  if (reason === '' || /:\/\/|:\d|\d\.\d|localhost/i.test(reason)) return 'It is not ready.';
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${reason.endsWith('.') ? '' : '.'}`;
}

const figureNames = new Set([
  'process_resident_memory_bytes',
  'process_start_time_seconds',
  'marigold_outbox_messages',
  'marigold_outbox_oldest_seconds',
]);

/** @throws Error for what is no `/metrics` page. */
function readFigures(text: string): Pick<Component, 'memoryMb' | 'startedAt' | 'outbox'> {
  const samples = readExposition(text, figureNames);
  const figure = (name: string): number | null => {
    const value = samples.find((sample) => sample.name === name)?.value;
    return value === undefined || !Number.isFinite(value) ? null : value;
  };
  const [bytes, began] = [figure('process_resident_memory_bytes'), figure('process_start_time_seconds')];
  const [messages, oldest] = [figure('marigold_outbox_messages'), figure('marigold_outbox_oldest_seconds')];
  return {
    memoryMb: bytes === null ? null : Math.round(bytes / 1024 / 1024),
    startedAt: began === null ? null : new Date(began * 1000),
    outbox: messages === null || oldest === null ? null : { messages, oldestSeconds: Math.round(oldest) },
  };
}

/** @throws when there is no answer in time. One that is too long is cut off. */
export async function fetchText(url: string, withinMs = answersWithinMs): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(withinMs), redirect: 'error' });
  const text = await response.text();
  return { status: response.status, text: text.slice(0, longestAnswer) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
