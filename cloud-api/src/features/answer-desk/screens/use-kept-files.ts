import { useCallback, useEffect, useRef, useState } from "react";
import { api, withQuery } from "../../../shell/api.ts";
import type { FileReply } from "../schema.ts";
import { listAnswers } from "./kept-answers.ts";
import { type KeptFile, openFileShelf } from "./kept-files.ts";
import type { Telling } from "./tell-answers.ts";
import { tellFiles } from "./tell-files.ts";

const shelf = openFileShelf();
/** Files whose answer is not on the device yet: nobody sends them before it. */
const beingKept = new Set<string>();
/** What is sent is looked up in turn with other tabs' keeping: no file is seen before its answer. */
const wholeShelf = { ...shelf, list: () => inTurn(shelf.list) };
const unnoted: Parameters<typeof tellFiles>[0]["unnoted"] = new Map();

export type KeptFiles = {
  /** On this device still. */
  all: readonly KeptFile[];
  /** How the last sending ended; null: one goes on, or none was yet. */
  line: Telling | null;
  /** All of them and then what they belong to, or nothing: no answer stands without its files. */
  put: (files: readonly KeptFile[], keepAnswer?: () => void) => Promise<void>;
  drop: (files: readonly KeptFile[]) => Promise<void>;
  /** Has them sent again, which were refused. */
  excuse: (files: readonly KeptFile[]) => Promise<void>;
  /** Sends what waits of somebody's, beside whatever else goes on: a photograph takes its time. */
  tell: (at: { companyId: string; staffId: string }) => void;
};

/** The files of this device, and their way to the cloud. */
export function useKeptFiles(): KeptFiles {
  const [all, setAll] = useState<readonly KeptFile[]>([]);
  const [line, setLine] = useState<Telling | null>(null);
  const underWay = useRef<Promise<void>>(Promise.resolve());
  const look = useCallback(async () => setAll(await shelf.list()), []);
  useEffect(() => void look(), [look]);

  const drop = useCallback(
    async (files: readonly KeptFile[]) => {
      for (const { fileId } of files) await shelf.drop(fileId);
      await look();
    },
    [look],
  );
  const put = useCallback(
    async (files: readonly KeptFile[], keepAnswer?: () => void) => {
      // What lies there waits for a network, perhaps for days: the browser is not to clear it away.
      if (files.length > 0) void navigator.storage?.persist?.();
      for (const { fileId } of files) beingKept.add(fileId);
      const keep = async () => {
        try {
          for (const file of files) await shelf.put(file);
          keepAnswer?.();
        } catch (error) {
          await drop(files).catch(() => {});
          throw error;
        }
      };
      try {
        await (files.length > 0 ? inTurn(keep) : keep());
      } finally {
        for (const { fileId } of files) beingKept.delete(fileId);
      }
      if (files.length > 0) await look();
    },
    [look, drop],
  );
  const excuse = useCallback(
    async (files: readonly KeptFile[]) => {
      for (const { fileId } of files) await shelf.mark(fileId, null);
      await look();
    },
    [look],
  );
  const tell = useCallback(
    (at: { companyId: string; staffId: string }) => {
      const run = async () => {
        setLine(null);
        setLine(await tellFiles({ shelf: wholeShelf, ...at, isDue, send, unnoted, look }));
      };
      underWay.current = underWay.current.then(run, run);
    },
    [look],
  );
  return { all, line, put, drop, excuse, tell };
}

/** One at a time in all tabs of this device. By plain http there are no turns: it is done at once. */
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (!window.isSecureContext) return work();
  return navigator.locks.request("answer-desk-files", work);
}

/** Whether the cloud has the answer that a file belongs to. */
const isDue = ({ fileId, answerId }: KeptFile): boolean =>
  !beingKept.has(fileId) &&
  !listAnswers(localStorage).some(({ body }) => body.answerId === answerId);

const send = ({ answerId, questionId, bytes }: KeptFile): Promise<FileReply> =>
  api.upload<FileReply>(withQuery("/answer-desk/files", { answerId, question: questionId }), bytes);
