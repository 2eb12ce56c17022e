import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '#tests/support/wait-for.ts';
import { isAlive } from '../processes.ts';
import { ServiceLog } from '../service-log.ts';
import { startServiceProcess } from '../service-process.ts';
import { type ComponentState, type RunningComponent, type SupervisedProcess, superviseProcess } from '../supervised-process.ts';
import { Supervisor } from '../supervisor.ts';

const good =
  "process.on('disconnect', () => process.exit(0)); process.on('SIGTERM', () => process.exit(0)); process.send('ready'); setInterval(() => {}, 1000);";
const stubborn = "process.on('SIGTERM', () => {}); process.send('ready'); setInterval(() => {}, 1000);";

let folder: string;
let log: ServiceLog;
const kept: SupervisedProcess<RunningComponent>[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marigold-keep-'));
  log = new ServiceLog(join(folder, 'service.log'), () => undefined);
});

afterEach(async () => {
  await Promise.all(kept.splice(0).map((component) => component.stop(100)));
  log.close();
  rmSync(folder, { recursive: true, force: true });
});

function keepScript(source: string) {
  const file = join(folder, 'script.mjs');
  writeFileSync(file, source);
  const states: ComponentState[] = [];
  const pids: number[] = [];
  const component = superviseProcess({
    name: 'script',
    launch: (signal) =>
      startServiceProcess({ name: 'script', command: [file], env: {}, cwd: folder, log, onSpawn: (pid) => pids.push(pid) }, signal),
    onState: (state) => states.push(state),
  });
  kept.push(component);
  return { component, states, pids };
}

describe('a process that is kept running', () => {
  test('is started again when it is killed, and reports what ended it', async () => {
    const { component, states, pids } = keepScript(good);
    await component.start();

    component.kill('SIGKILL');

    await waitFor('the second life', () => states.filter((state) => state.is === 'ready').length === 2);
    expect(states.map((state) => state.is)).toEqual(['starting', 'ready', 'down', 'starting', 'ready']);
    expect(states[2]).toEqual({ is: 'down', why: 'was ended by SIGKILL', againInMs: 100 });
    expect(new Set(pids).size).toBe(2);
  });

  test('is tried ever more slowly while it does not come up, with its own last words', async () => {
    const { component, states } = keepScript("console.error('the database is on fire'); process.exit(1);");
    const started = component.start().catch((error: unknown) => error);

    await waitFor('three attempts', () => states.filter((state) => state.is === 'down').length === 3);
    await component.stop();

    const downs = states.filter((state) => state.is === 'down');
    expect(downs.map((state) => state.againInMs)).toEqual([100, 200, 400]);
    expect(downs[0]?.why).toBe('ended with code 1: the database is on fire');
    expect(await started).toEqual(new Error('script was stopped before it was ready.'));
  });

  test('is not tried again when it rejects its configuration', async () => {
    const { component, states } = keepScript("console.error('script: PORT is not set'); process.exit(2);");

    await expect(component.start()).rejects.toThrow('script ended with code 2: script: PORT is not set');
    expect(states.map((state) => state.is)).toEqual(['starting', 'stopped']);
  });

  test('ends when it is stopped, by force if it must', async () => {
    const { component, pids, states } = keepScript(stubborn);
    await component.start();

    await component.stop(50);

    expect(pids.map(isAlive)).toEqual([false]);
    expect(states.at(-1)).toEqual({ is: 'stopped' });
  });

  test('can be started again after it was stopped', async () => {
    const { component, pids } = keepScript(good);
    await component.start();
    await component.stop();

    await component.start();

    expect(pids.map(isAlive)).toEqual([false, true]);
  });
});

test('a supervisor that stops while a component is coming up leaves no process', async () => {
  const { component, pids } = keepScript('setInterval(() => {}, 1000);');
  const supervisor = new Supervisor();
  const started = supervisor.add(component, 'service').catch((error: unknown) => error);
  await waitFor('the process', () => pids.length === 1);

  await supervisor.stop();

  await started;
  expect(pids.map(isAlive)).toEqual([false]);
});
