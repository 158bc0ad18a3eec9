/** How the bytes of a text file are read. */
export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "windows-1258", "windows-1252"] as const;
export type Encoding = (typeof ENCODINGS)[number];

export type FileKind =
  | { kind: "text"; encoding: Encoding }
  | { kind: "workbook" }
  | { kind: "refused"; reason: "old-workbook" | "not-text" | "empty" };

export type Sniffer = {
  take: (bytes: Uint8Array) => void;
  /** What the file is, once all of it was taken. */
  judge: () => FileKind;
};

const startsWith = (bytes: Uint8Array, ...start: number[]) =>
  start.every((byte, index) => bytes[index] === byte);

/** A ZIP archive, as workbooks are since 2007. */
export const isArchive = (first: Uint8Array): boolean => startsWith(first, 0x50, 0x4b, 0x03, 0x04);

/** Tells by its bytes what a file is: its name may say anything. */
export function openSniffer(): Sniffer {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let first: Uint8Array | null = null;
  let isUtf8 = true;
  let hasNul = false;
  const decode = (bytes?: Uint8Array) => {
    try {
      decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      isUtf8 = false;
    }
  };
  return {
    take: (bytes) => {
      first ??= bytes;
      hasNul ||= bytes.includes(0);
      if (isUtf8) decode(bytes);
    },
    judge: () => {
      if (first === null || first.length === 0) return { kind: "refused", reason: "empty" };
      if (isUtf8) decode();
      if (isArchive(first)) return { kind: "workbook" };
      // The compound file that workbooks were before 2007, and are again where a password is needed.
      if (startsWith(first, 0xd0, 0xcf, 0x11, 0xe0))
        return { kind: "refused", reason: "old-workbook" };
      if (startsWith(first, 0xff, 0xfe)) return { kind: "text", encoding: "utf-16le" };
      if (startsWith(first, 0xfe, 0xff)) return { kind: "text", encoding: "utf-16be" };
      if (hasNul) return { kind: "refused", reason: "not-text" };
      // What is not UTF-8 is most likely an old Vietnamese spreadsheet's; staff see and may change it.
      return { kind: "text", encoding: isUtf8 ? "utf-8" : "windows-1258" };
    },
  };
}
