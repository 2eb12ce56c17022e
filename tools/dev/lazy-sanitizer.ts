import { createRequire } from 'node:module';
import { z } from 'zod';

// Stands in for `jsdom` and `dompurify` where maildev asks for them: it makes a browser's document when it is loaded and needs it only to show
// a mail. That document is 40 MB of the memory of an idle shop. To be removed when maildev makes it at its first use itself.

type Sanitizer = { sanitize(html: string, options: unknown): string };

/** The file of maildev that asked: the real ones are its own. */
const asker = new URL(import.meta.url).searchParams.get('asker') ?? import.meta.url;
const document = z.object({ JSDOM: z.custom<new (html: string) => { window: unknown }>((value) => typeof value === 'function') });
const purifier = z.custom<(window: unknown) => Sanitizer>((value) => typeof value === 'function');

function makeSanitizer(): Sanitizer {
  const fromSmtp = createRequire(asker);
  const { JSDOM: RealDocument } = document.parse(fromSmtp('jsdom'));
  return purifier.parse(fromSmtp('dompurify'))(new RealDocument('').window);
}

/** What maildev makes first and hands to `createLazily`; it is not used elsewhere. */
export class JSDOM {
  readonly window = null;
}

class LazySanitizer implements Sanitizer {
  #real: Sanitizer | undefined;

  sanitize(html: string, options: unknown): string {
    this.#real ??= makeSanitizer();
    return this.#real.sanitize(html, options);
  }
}

const createLazily = () => new LazySanitizer();

// biome-ignore lint/style/noDefaultExport: dompurify has one
export { createLazily as default };
