/** As large as the graph takes one, in bytes. */
export const mostBytes = 500_000;
const longestSide = 1200;
const qualities = [0.85, 0.7, 0.55, 0.4];

/** Why a file cannot be sent. */
export type ShrinkProblem = 'notAPicture' | 'tooLarge';

/** A picture of the visitor's disk, at most 1200 px wide and high and 500 KB large, as base64; or why not. */
export async function shrink(file: Blob): Promise<{ data: string } | { problem: ShrinkProblem }> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (bitmap === null) return { problem: 'notAPicture' };
  try {
    const canvas = draw(bitmap);
    // not every browser writes WebP; such a one gives PNG instead, which is too large for photographs
    for (const type of ['image/webp', 'image/jpeg']) {
      for (const quality of qualities) {
        const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality));
        if (blob?.type === type && blob.size <= mostBytes) return { data: await toBase64(blob) };
      }
    }
    return { problem: 'tooLarge' };
  } finally {
    bitmap.close();
  }
}

function draw(bitmap: ImageBitmap): HTMLCanvasElement {
  const { width, height } = fitInside(bitmap.width, bitmap.height);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, width, height);
  return canvas;
}

/** The largest size of the same shape with no side above 1200 px; small ones stay as they are. */
export function fitInside(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, longestSide / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function toBase64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '');
    reader.onerror = () => reject(reader.error ?? new Error('The picture could not be read.'));
    reader.readAsDataURL(blob);
  });
}
