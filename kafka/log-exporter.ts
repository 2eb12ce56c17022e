import type { LogExporter } from '#platform/log-shipper.ts';
import type { EventLog } from './event-log.ts';

/** The header with the id of a batch of log records: the same when the batch is sent again. */
export const batchIdHeader = 'batch-id';

/** Exports log records to the topic `logs`, each message a batch of JSON lines. */
export function logExporterOf(eventLog: EventLog): LogExporter {
  return ({ id, service, lines }) =>
    eventLog.report([
      { topic: 'logs', key: service, headers: { 'content-type': 'application/x-ndjson', [batchIdHeader]: id }, value: lines },
    ]);
}
