import { posix } from 'node:path';
import { Copy, DockerfileParser, type Instruction, JSONInstruction } from 'dockerfile-ast';
import type { BuildContext } from './build-context.ts';

/** One stage of a Dockerfile, as far as files go. Paths in the image are relative to its working folder. */
export type Stage = {
  /** Null for one that has none. */
  readonly name: string | null;
  /** What is copied out of the checkout: path in the image → path in the checkout. */
  readonly files: ReadonlyMap<string, string>;
  /** Folders and files that are copied out of other stages. */
  readonly made: readonly { readonly stage: string; readonly from: string; readonly to: string }[];
  /** Every RUN, and the CMD, as words. */
  readonly commands: readonly (readonly string[])[];
};

/**
 * The stages of a Dockerfile, in their order. It understands what ours is made of: WORKDIR, COPY of files and folders, RUN, CMD.
 * @throws Error with the line of what it does not understand, and of a COPY of something of which .dockerignore lets nothing through.
 */
export function readStages(text: string, context: BuildContext): Stage[] {
  const dockerfile = DockerfileParser.parse(text);
  return dockerfile.getFROMs().map((from) => {
    const image = dockerfile.getContainingImage(from.getRange().start);
    return readStage(from.getBuildStage(), image?.getInstructions() ?? [], context);
  });
}

function readStage(name: string | null, instructions: readonly Instruction[], context: BuildContext): Stage {
  const files = new Map<string, string>();
  const made: Stage['made'][number][] = [];
  const commands: string[][] = [];
  let folder = '/';
  const within = (path: string) => posix.relative(folder, posix.resolve(folder, path));
  const copy = (instruction: Copy, sources: readonly string[], to: string) => {
    const stage = instruction.getFromFlag()?.getValue();
    if (stage) made.push(...sources.map((source) => ({ stage, from: within(source), to: within(to) })));
    else for (const [path, file] of copied(sources, to, instruction, context)) files.set(within(path), file);
  };
  for (const instruction of instructions) {
    const keyword = instruction.getKeyword();
    const words = wordsOf(instruction);
    if (keyword === 'WORKDIR') folder = posix.resolve(folder, words[0] ?? '');
    else if (keyword === 'RUN' || keyword === 'CMD') commands.push(words);
    else if (instruction instanceof Copy) copy(instruction, words.slice(0, -1), words.at(-1) ?? '');
    else if (!aboutNoFiles.has(keyword)) throw new Error(`${lineOf(instruction)}: ${keyword} is not understood.`);
  }
  return { name, files, made, commands };
}

const aboutNoFiles: ReadonlySet<string> = new Set(['FROM', 'ARG', 'ENV', 'EXPOSE', 'HEALTHCHECK', 'LABEL', 'STOPSIGNAL', 'USER', 'VOLUME']);
/** Flags of COPY that leave the files and their places as they are. */
const ownFlags: ReadonlySet<string> = new Set(['from', 'chown', 'chmod', 'link']);

const lineOf = (instruction: Instruction): string => `Line ${instruction.getRange().start.line + 1}`;

function wordsOf(instruction: Instruction): string[] {
  if (instruction instanceof JSONInstruction && instruction.getOpeningBracket()) {
    return instruction.getJSONStrings().map((word) => word.getJSONValue());
  }
  return instruction.getArguments().map((argument) => argument.getValue());
}

/** As COPY does: what a folder holds goes into the destination; a file takes its name, or goes into it when it ends with a slash. */
function* copied(sources: readonly string[], to: string, copy: Copy, context: BuildContext): Generator<[path: string, file: string]> {
  const flag = copy.getFlags().find((one) => !ownFlags.has(one.getName()));
  if (flag) throw new Error(`${lineOf(copy)}: --${flag.getName()} of COPY is not understood.`);
  for (const source of sources) {
    const files = context.filesAt(source);
    if (files.length === 0) {
      throw new Error(`${lineOf(copy)} copies ${source}, of which .dockerignore lets nothing through.`);
    }
    for (const file of files) yield [file === source ? placeOf(file, to) : posix.join(to, posix.relative(source, file)), file];
  }
}

const placeOf = (file: string, to: string): string => (to.endsWith('/') ? posix.join(to, posix.basename(file)) : to);
