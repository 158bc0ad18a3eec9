import type { FileFault } from "../schema.ts";

/** Why the cloud does not take a file; `gone`: the answer takes none any more. */
export type KeptFault = FileFault | "gone";

/** A picture or another file on this device, until the cloud has it. */
export type KeptFile = {
  fileId: string;
  answerId: string;
  companyId: string;
  staffId: string;
  /** For whoever sees it wait. */
  staffName: string;
  questionId: string;
  /** What was asked for, by language. */
  label: Readonly<Record<string, string | undefined>>;
  /** ISO 8601, by the clock of the device. */
  keptAt: string;
  bytes: Blob;
  /** Null: it waits. Otherwise somebody has to look at it. */
  fault: KeptFault | null;
};

/** Where files lie. Each call may fail: the device is full, or its browser keeps nothing. */
export type FileShelf = {
  put: (file: KeptFile) => Promise<void>;
  /** Changes one that is still there: whoever dropped it meanwhile has dropped it. */
  mark: (fileId: string, fault: KeptFault | null) => Promise<void>;
  drop: (fileId: string) => Promise<void>;
  /** The oldest first. */
  list: () => Promise<KeptFile[]>;
};

const DATABASE = "answer-desk";
const FILES = "files";

/** In IndexedDB, which takes bytes as they are and has room for photographs. */
export function openFileShelf(): FileShelf {
  return {
    put: (file) => change((files) => files.put(file)),
    drop: (fileId) => change((files) => files.delete(fileId)),
    mark: (fileId, fault) =>
      change((files) => {
        const found = files.get(fileId);
        found.onsuccess = () => found.result && files.put({ ...found.result, fault });
      }),
    list: async () => {
      const database = await open().catch(() => null);
      // A browser that keeps nothing holds nothing.
      if (database === null) return [];
      const all = await new Promise<KeptFile[]>((resolve, reject) => {
        const request = database.transaction(FILES).objectStore(FILES).getAll();
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      database.close();
      return all.toSorted((one, other) => one.keptAt.localeCompare(other.keptAt));
    },
  };
}

/** Done once the browser has written it down, and not before. */
async function change(work: (files: IDBObjectStore) => void): Promise<void> {
  const database = await open();
  try {
    await new Promise<void>((resolve, reject) => {
      const transaction = database.transaction(FILES, "readwrite", { durability: "strict" });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      work(transaction.objectStore(FILES));
    });
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(FILES, { keyPath: "fileId" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
