import { expect, test } from '@jest/globals';
import { services } from '../services.ts';
import { choosePorts, portProblem } from '../shop-ports.ts';

test('names the port that is taken and what changes it', () => {
  expect(portProblem('taken', 4000, 'the shop', 'npm start -- --port N')).toBe(
    'Port 4000 for the shop is taken by another program: choose another with npm start -- --port N',
  );
  expect(portProblem('forbidden', 80, 'the shop', 'npm start -- --port N')).toBe(
    'Port 80 for the shop may not be used by this user: choose another with npm start -- --port N',
  );
});

test('gives two ports of its own to every service and one to each of the five programs beside them', async () => {
  const ports = Object.values(await choosePorts('free'));

  expect(ports).toHaveLength(2 * services.length + 5);
  expect(new Set(ports).size).toBe(ports.length);
});
