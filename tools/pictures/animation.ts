import gifenc from 'gifenc';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';

/** What the screen showed, and since when, in ms. */
type Frame = { readonly atMs: number; readonly png: Buffer };

const colours = 128;
/** Of a palette's entries, the one that stands for "as in the frame before". */
const unchanged = colours - 1;
/** Browsers show anything shorter than two hundredths of a second as a tenth. */
const shortestMs = 40;
const longestMs = 3000;

/** Records what a page shows while `act` goes on, each change once, with Chromium's screencast, and returns an animated GIF. */
export async function record(page: Page, act: () => Promise<void>): Promise<Buffer> {
  const cdp = await page.context().newCDPSession(page);
  const frames: Frame[] = [];
  cdp.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    frames.push({ atMs: (metadata.timestamp ?? 0) * 1000, png: Buffer.from(data, 'base64') });
    cdp.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
  });
  await cdp.send('Page.startScreencast', { format: 'png', everyNthFrame: 1 });
  await act();
  await cdp.send('Page.stopScreencast');
  await cdp.detach();
  return encode(frames);
}

function encode(frames: readonly Frame[]): Buffer {
  const spaced = frames.filter(
    (frame, at) => at === 0 || at === frames.length - 1 || frame.atMs - (frames[at - 1]?.atMs ?? 0) >= shortestMs / 2,
  );
  const images = spaced.map(({ png }) => PNG.sync.read(png));
  const [first] = images;
  if (first === undefined) throw new Error('The page showed nothing.');
  const { width, height } = first;
  const sample = new Uint8ClampedArray(
    Buffer.concat([first, images[Math.floor(images.length / 2)] ?? first, images.at(-1) ?? first].map(({ data }) => data)),
  );
  const palette = gifenc.quantize(sample, colours - 1);
  const gif = gifenc.GIFEncoder();
  let before: Uint8Array | null = null;
  for (const [at, image] of images.entries()) {
    const index = gifenc.applyPalette(new Uint8ClampedArray(image.data), palette);
    const shown = before === null ? index : index.map((colour, pixel) => (colour === before?.[pixel] ? unchanged : colour));
    const lastsMs = (spaced[at + 1]?.atMs ?? Number.POSITIVE_INFINITY) - (spaced[at]?.atMs ?? 0);
    gif.writeFrame(shown, width, height, {
      ...(at === 0 ? { palette: [...palette, [0, 0, 0]] } : { transparent: true, transparentIndex: unchanged }),
      delay: Math.min(Math.max(lastsMs, shortestMs), longestMs),
      dispose: 1,
    });
    before = index;
  }
  gif.finish();
  return Buffer.from(gif.bytes());
}
