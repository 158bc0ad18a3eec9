/** The parts of two packages without types of their own that are used here. */
declare module "yauzl" {
  import type { Readable } from "node:stream";

  export type Entry = { fileName: string; uncompressedSize: number };
  export type ZipFile = {
    entryCount: number;
    eachEntry: () => AsyncIterable<Entry>;
    openReadStreamPromise: (entry: Entry) => Promise<Readable>;
    close: () => void;
  };
  export class RandomAccessReader {
    /** The bytes from `start` up to `end`, without it. */
    _readStreamForRange(start: number, end: number): Readable;
  }
  export function fromRandomAccessReaderPromise(
    reader: RandomAccessReader,
    totalSize: number,
    options: { autoClose: boolean },
  ): Promise<ZipFile>;
}

declare module "yazl" {
  import type { Readable } from "node:stream";

  export class ZipFile {
    outputStream: Readable;
    addBuffer(content: Buffer, path: string): void;
    addReadStream(content: Readable, path: string): void;
    end(): void;
  }
}
