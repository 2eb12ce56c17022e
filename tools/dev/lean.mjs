// Loaded into each service before its own code (node --import): half a dozen idle processes share one small machine.
// What a process needed only to start is garbage that V8 would keep for hours when little happens; it is collected once, then never again.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

function collect() {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  // the flags are a part of the key of the compile cache, which is written when the process ends
  setFlagsFromString('--no-expose-gc');
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

setTimeout(collect, 20_000).unref();
