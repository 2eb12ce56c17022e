import { createServer } from 'node:net';

/** Why `port` cannot be listened on at this moment: somebody else does, the system forbids it, or null when it can be. */
export async function portTrouble(port: number): Promise<'taken' | 'forbidden' | null> {
  // "localhost" may lead a browser to ::1 first, so another program there would be met in our place
  for (const host of ['127.0.0.1', '::1']) {
    const code = await tryToListen(port, host);
    if (code === 'EADDRINUSE') return 'taken';
    if (code === 'EACCES' || code === 'EPERM') return 'forbidden';
  }
  return null;
}

export const isPortFree = async (port: number): Promise<boolean> => (await portTrouble(port)) === null;

function tryToListen(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(null)));
  });
}

/** `wanted` when it is free, else any free port of the loopback address. */
export async function freePort(wanted = 0): Promise<number> {
  if (wanted !== 0 && (await isPortFree(wanted))) return wanted;
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
