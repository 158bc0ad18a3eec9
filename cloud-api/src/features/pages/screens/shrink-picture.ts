/** What a camera gives at most; nobody's page needs a larger one. */
const FILE_BYTES_MAX = 30_000_000;
/** Twice the width of a page on a phone. */
const WIDTHS = [760, 640, 520, 400, 300];
const QUALITIES = [0.82, 0.72, 0.6];
const TYPES = ["image/jpeg", "image/png", "image/webp", "image/avif", "image/gif"];

export type Shrunk = { kind: "picture"; address: string } | { kind: "unfit" | "unreadable" };

/**
 * A photograph as a page takes it: drawn anew, so that where and by whom it was taken is gone, as wide
 * as a phone shows it and light enough. The browser's own decoder says what it is, not its name.
 */
export async function shrinkPicture(file: Blob, charactersMax: number): Promise<Shrunk> {
  if (file.size > FILE_BYTES_MAX || !TYPES.includes(file.type)) return { kind: "unfit" };
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return { kind: "unreadable" };
  try {
    for (const width of WIDTHS.map((each) => Math.min(each, picture.width)))
      for (const quality of QUALITIES) {
        const address = draw(picture, { width, quality });
        if (address.length <= charactersMax) return { kind: "picture", address };
      }
    return { kind: "unfit" };
  } finally {
    picture.close();
  }
}

function draw(
  picture: ImageBitmap,
  { width, quality }: { width: number; quality: number },
): string {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = Math.max(1, Math.round((picture.height / picture.width) * width));
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser draws no pictures");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const address = canvas.toDataURL("image/webp", quality);
  // A browser that cannot write WebP gives a PNG, which is no format for a photograph.
  return address.startsWith("data:image/webp") ? address : canvas.toDataURL("image/jpeg", quality);
}
