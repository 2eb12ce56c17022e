import { parentPort, workerData } from 'node:worker_threads';
import { attacks } from './attacks.ts';
import type { Target } from './target.ts';

/** A thread of its own, so that the attacker's work is not mistaken for the shop's slowness. */
const { name, target, longestMs } = workerData as { name: string; target: Target; longestMs: number };
const attack = attacks.find((one) => one.name === name);
if (attack === undefined) throw new Error(`There is no attack '${name}'.`);
parentPort?.postMessage(await attack.run(target, AbortSignal.timeout(longestMs)));
