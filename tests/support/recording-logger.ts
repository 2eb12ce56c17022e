import { pino } from 'pino';
import { errorForLog, type Logger } from '#platform/logger.ts';

export type RecordingLogger = {
  readonly logger: Logger;
  /** Each record as one JSON line. */
  readonly lines: readonly string[];
  /** The reasons of records with this message. */
  reasonsOf(message: string): string[];
};

/** A logger that keeps what it is told, of every level. */
export function createRecordingLogger(): RecordingLogger {
  const lines: string[] = [];
  const logger = pino({ level: 'debug', serializers: { error: errorForLog } }, { write: (line) => void lines.push(line) });
  const records = () => lines.map((line) => JSON.parse(line) as { msg: string; reason?: string });
  return { logger, lines, reasonsOf: (message) => records().flatMap(({ msg, reason = '' }) => (msg === message ? [reason] : [])) };
}
