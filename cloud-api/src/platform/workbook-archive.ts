import { Readable } from "node:stream";
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from "yauzl";
import { WorkbookFault } from "./workbook-fault.ts";

/** A workbook as bytes that are read where they are needed, never as a whole. */
export type WorkbookFile = {
  bytes: number;
  /** The bytes from `start` up to `end`, without it, a piece at a time. */
  read: (start: number, end: number) => AsyncIterable<Buffer>;
};

/** A file of a few kilobytes can unfold to any size: what comes out is counted, whatever it claims. */
export const INFLATED_BYTES_MAX = 512 * 1024 * 1024;
const ENTRIES_MAX = 5000;

/** The parts of a workbook, which is a ZIP archive (ECMA-376 part 2). */
export type Archive = {
  has: (path: string) => boolean;
  /** The text of a part. */
  read: (path: string, bytesMax: number) => AsyncGenerator<string>;
  close: () => void;
};

class PieceReader extends RandomAccessReader {
  readonly file: WorkbookFile;
  constructor(file: WorkbookFile) {
    super();
    this.file = file;
  }
  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.file.read(start, end));
  }
}

export async function openArchive(file: WorkbookFile): Promise<Archive> {
  const zip = await broken(() =>
    fromRandomAccessReaderPromise(new PieceReader(file), file.bytes, { autoClose: false }),
  );
  if (zip.entryCount > ENTRIES_MAX) throw new WorkbookFault("workbook-too-large");
  const entries = await broken(() => listEntries(zip));
  let left = INFLATED_BYTES_MAX;
  return {
    has: (path) => entries.has(path),
    read: async function* (path, bytesMax) {
      const entry = entries.get(path);
      if (!entry) throw new WorkbookFault("workbook-broken");
      const decoder = new TextDecoder();
      let size = 0;
      for await (const chunk of readEntry(zip, entry)) {
        size += chunk.length;
        left -= chunk.length;
        if (size > bytesMax || left < 0) throw new WorkbookFault("workbook-too-large");
        yield decoder.decode(chunk, { stream: true });
      }
      yield decoder.decode();
    },
    close: () => zip.close(),
  };
}

async function listEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  return entries;
}

async function* readEntry(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  const stream = await broken(() => zip.openReadStreamPromise(entry));
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const next = await broken(() => chunks.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    stream.destroy();
  }
}

/** What the archive or its compression is refused for is the file's fault, and says no more than that. */
async function broken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WorkbookFault) throw error;
    throw new WorkbookFault("workbook-broken", { cause: error });
  }
}
