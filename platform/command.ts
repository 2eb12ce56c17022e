import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>;

/**
 * What a command of ours was called with. With --help it prints `usage` and ends the process with 0; an option that it does not have, or one word too
 * many, ends it with 2 and one sentence.
 *
 * @param options what it takes besides --help, as `parseArgs` of node:util reads it
 * @param most how many words without a dash it takes at most; none if not given
 */
export function readCommandLine<const O extends Options>(usage: string, options: O, most = 0): Parsed<O> {
  const args = process.argv.slice(2);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // the reader has closed the pipe, as `| head -1` does: what the command does and its exit code stay the same
    if (error.code !== 'EPIPE') throw error;
  });
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${usage.trimEnd()}\n`);
    process.exit(0);
  }
  try {
    const parsed = parseArgs({ args, options, allowPositionals: true });
    const extra = parsed.positionals[most];
    if (extra !== undefined) throw new Error(`Unexpected argument '${extra}'`);
    return parsed as Parsed<O>;
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    process.stderr.write(`${sentence.replace(/\.$/, '')}. See --help.\n`);
    process.exit(2);
  }
}
