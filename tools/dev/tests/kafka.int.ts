import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { needs } from '#tests/support/needs.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { startKafka } from '../kafka.ts';
import { findKafkaTools } from '../kafka-programs.ts';
import { freePort } from '../ports.ts';
import { isAlive } from '../processes.ts';

jest.setTimeout(90_000);

// start-components.ts reports when Kafka cannot be run on this machine
const { describe: withKafka } = needs('kafka');

withKafka('Apache Kafka on this machine', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'marigold-kafka-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('ends when the process that started it is killed, and the next start goes on with its data', async () => {
    const parent = fork(new URL('./kafka-process.ts', import.meta.url), [folder]);
    const { pid, port } = await new Promise<{ pid: number; port: number }>((resolve) =>
      parent.once('message', (told) => resolve(told as never)),
    );
    expect(isAlive(pid)).toBe(true);

    parent.kill('SIGKILL');

    await waitFor('the broker to end', () => !isAlive(pid), 20_000);
    const again = await startKafka({ dataDir: folder, port });
    expect(again.brokers).toEqual([`127.0.0.1:${port}`]);
    await again.stop();
    expect(isAlive(again.pid)).toBe(false);
  });

  test('names the port that is taken', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });

    await expect(startKafka({ dataDir: folder, port })).rejects.toThrow(
      `Apache Kafka cannot use port ${port}: another program listens there.`,
    );

    other.close();
  });

  test('names the port that another program takes while it starts', async () => {
    const port = await freePort();
    const starting = startKafka({ dataDir: folder, port });
    await waitFor('the broker to be launched', () => existsSync(join(folder, 'pid')));
    const other = createServer().listen(port, '127.0.0.1');

    await expect(starting).rejects.toThrow(`Apache Kafka cannot use port ${port}: another program listens there.`);

    other.close();
  });

  test('is waited for without listening at its port, which could be at the moment when it does', async () => {
    const port = await freePort();
    const listen = jest.spyOn(Server.prototype, 'listen');
    const starting = startKafka({ dataDir: folder, port });
    await waitFor('the broker to be launched', () => existsSync(join(folder, 'pid')));
    listen.mockClear();

    const kafka = await starting;

    expect(listen.mock.calls).toEqual([]);
    listen.mockRestore();
    await kafka.stop();
  });

  test('names the folder that it cannot use', async () => {
    await expect(startKafka({ dataDir: '/dev/null/kafka' })).rejects.toThrow(/^Apache Kafka cannot keep its data in .dev.null.kafka: /);
  });
});

describe('the tools for Apache Kafka', () => {
  test('reports missing Java', () => {
    expect(findKafkaTools({ PATH: '/nowhere' })).toEqual({ missing: 'Java 17 or newer' });
  });
});
