import { parentPort } from 'node:worker_threads';
import { createQueryPlanner } from './query-planner.ts';

const port = parentPort;
if (port === null) throw new Error('This is the program of a worker thread.');

let plan: (operation: string) => string = () => {
  throw new Error('There is no supergraph yet.');
};

port.on('message', (message: { readonly sdl: string } | { readonly operation: string }) => {
  if ('operation' in message) {
    port.postMessage(answer(message.operation));
    return;
  }
  // what cannot be served is refused before anybody plans for it
  plan = createQueryPlanner(message.sdl);
  port.postMessage('ready');
});

function answer(operation: string): { plan: string } | { problem: string } {
  try {
    return { plan: plan(operation) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
