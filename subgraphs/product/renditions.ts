import type { Metadata, Sharp, SharpOptions } from 'sharp';

/** The same picture in one size and format. */
export type Rendition = { readonly width: (typeof widths)[number]; readonly type: 'JPEG' | 'WEBP'; readonly bytes: Buffer };

/** What pages need: a card, a card on a dense screen, the product's own page. A smaller picture stays as small as it is. */
export const widths = [400, 800, 1200] as const;
export const fallbackWidth = 1200;

export const mostRenditionBytes = 512_000;
const formats: ReadonlySet<string> = new Set(['png', 'jpeg', 'webp']);
/** A few kilobytes can decode to gigabytes. */
const mostPixels = 40_000_000;
const qualities = [82, 65, 45, 25] as const;
const longestSeconds = 10;

/**
 * Decodes a picture and encodes it again, rotated the way it was taken, in sRGB and without metadata such as the place: in WebP in each width, and in
 * JPEG, on white, for what reads no WebP. Of a moving picture the first frame. Or why that cannot be: a sentence for its owner.
 */
export async function renditionsOf(bytes: Buffer): Promise<{ readonly renditions: readonly Rendition[] } | { readonly problem: string }> {
  const open = await loadSharp();
  const metadata = await open(bytes)
    .metadata()
    .catch(() => null);
  if (metadata === null || !formats.has(metadata.format)) return { problem: 'This is not a PNG, JPEG or WebP picture.' };
  if (pixelsOf(metadata) > mostPixels) {
    return {
      problem: `A picture has at most ${mostPixels / 1_000_000} megapixels; this one has ${metadata.width} × ${metadata.height} pixels.`,
    };
  }
  try {
    const upright = () => open(bytes).autoOrient().timeout({ seconds: longestSeconds });
    const sized = (width: number) => upright().resize({ width, height: width, fit: 'inside', withoutEnlargement: true });
    const webps = widths.map(async (width) => rendition(width, 'WEBP', (quality) => sized(width).webp({ quality })));
    const jpeg = rendition(fallbackWidth, 'JPEG', (quality) =>
      sized(fallbackWidth).flatten({ background: '#fff' }).jpeg({ quality, mozjpeg: true }),
    );
    return { renditions: await Promise.all([...webps, jpeg]) };
  } catch {
    return { problem: 'The picture is damaged: it cannot be decoded to its end.' };
  }
}

const pixelsOf = ({ width, height }: Metadata): number => width * height;

/** As good as it can be within the bytes that one may have. */
async function rendition(width: Rendition['width'], type: Rendition['type'], write: (quality: number) => Sharp): Promise<Rendition> {
  let bytes = Buffer.alloc(0);
  for (const quality of qualities) {
    bytes = await write(quality).toBuffer();
    if (bytes.length <= mostRenditionBytes) break;
  }
  if (bytes.length > mostRenditionBytes) throw new Error(`A picture of ${width} px takes ${bytes.length} bytes at the lowest quality.`);
  return { width, type, bytes };
}

let loading: Promise<(bytes: Buffer) => Sharp> | undefined;

/** The library is 20 MB of memory, and uploads are rare: it is loaded with the first. */
function loadSharp(): Promise<(bytes: Buffer) => Sharp> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache(false);
    sharp.concurrency(1);
    // of the many formats that the library reads, no more than these are opened to strangers
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({ operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp'] });
    const options: SharpOptions = { failOn: 'error', limitInputPixels: false, pages: 1 };
    return (bytes) => sharp(bytes, options);
  });
  return loading;
}
