import { parentPort, workerData } from 'node:worker_threads';
import { attacks } from './attacks.ts';
import type { Target } from './target.ts';

/** A thread of its own, so that the attacker's work is not mistaken for the shop's slowness. */
const { name, target, longestMs } = workerData as { name: string; target: Target; longestMs: number };
const attack = attacks.find((one) => one.name === name);
if (attack === undefined) throw new Error(`There is no attack '${name}'.`);
// AbortSignal.timeout would not keep the thread alive while it does nothing but wait
const over = new AbortController();
const timer = setTimeout(() => over.abort(), longestMs);
parentPort?.postMessage(await attack.run(target, over.signal));
clearTimeout(timer);
