import { findFileFault, HEAD_BYTES } from "../rules.ts";
import type { AskedSurvey } from "./desk-form.tsx";

export type FileQuestion = NonNullable<AskedSurvey["files"]>[number];

/** A file that a guest showed, read whole: the device may not find it again later. */
export type ChosenFile = {
  fileId: string;
  questionId: string;
  bytes: Blob;
  /** A small picture of it as a data: URL; null: it is none, or the browser draws none of it. */
  thumbnail: string | null;
};
export type ChooseFault = NonNullable<ReturnType<typeof findFileFault>> | "full" | "unreadable";

/** In pixels of the screen, on a screen of two to one. */
const THUMBNAIL_PIXELS = 128;

/** Reads what was chosen for a question, as far as it takes it; and why it takes no more. */
export async function chooseFiles(
  question: FileQuestion,
  { files, room }: { files: readonly File[]; room: number },
): Promise<{ chosen: ChosenFile[]; fault: ChooseFault | null }> {
  const chosen: ChosenFile[] = [];
  let fault: ChooseFault | null = files.length > room ? "full" : null;
  for (const file of files.slice(0, room)) {
    const read = await readFile(question, file);
    if (typeof read === "string") fault = read;
    else chosen.push(read);
  }
  return { chosen, fault };
}

async function readFile(question: FileQuestion, file: File): Promise<ChosenFile | ChooseFault> {
  try {
    const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
    const fault = findFileFault(question, { head, byteCount: file.size });
    if (fault) return fault;
    const bytes = new Blob([await file.arrayBuffer()]);
    const thumbnail = await drawThumbnail(bytes);
    return { fileId: crypto.randomUUID(), questionId: question.id, bytes, thumbnail };
  } catch {
    // A file that was moved or taken away since, or a photograph that lies with somebody's cloud.
    return "unreadable";
  }
}

async function drawThumbnail(bytes: Blob): Promise<string | null> {
  const picture = await createImageBitmap(bytes, {
    ...{ resizeHeight: THUMBNAIL_PIXELS, resizeQuality: "medium" },
  }).catch(() => null);
  if (!picture) return null;
  const canvas = document.createElement("canvas");
  canvas.height = THUMBNAIL_PIXELS;
  canvas.width = Math.min(picture.width, THUMBNAIL_PIXELS * 2);
  canvas.getContext("2d")?.drawImage(picture, 0, 0);
  picture.close();
  return canvas.toDataURL("image/jpeg", 0.7);
}
