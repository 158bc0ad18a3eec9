// The script of the thread that reads: it answers look-ups and tells what has changed. See thread.ts.
import { statSync } from "node:fs";
import { join } from "node:path";
import { openBranchReader, type Reader, STORE_FILE } from "@foyer/branch-store";
import { type Call, type Reply, toReply } from "./calls.ts";
import { createFollower, type Word } from "./follow.ts";
import { reads } from "./reads.ts";
import { serveThread, threadData } from "./serve-thread.ts";

/** How soon the memory of the event loop knows what any process has committed. */
const FOLLOW_MILLISECONDS = 50;

const FILE_GONE = {
  code: "FILE_GONE",
  message: "the store's file was taken away or replaced: start the server anew",
};

const file = join(threadData.stateFolder, STORE_FILE);
const store = openBranchReader({
  folder: threadData.stateFolder,
  // Every look-up has the moment it was asked at.
  clock: () => new Date(threadData.at),
});
const opened = statSync(file).ino;
const known: Record<string, (tx: Reader, input: never) => unknown> = reads;

const answer = (tx: Reader, { name, input, at }: Call): Reply => {
  try {
    const result = known[name]?.({ ...tx, now: new Date(at) }, input as never);
    return { kind: "done", result };
  } catch (error) {
    return toReply(error);
  }
};
const answerAll = (calls: readonly Call[]): Reply[] => {
  try {
    return store.read((tx) => calls.map((call) => answer(tx, call)));
  } catch (error) {
    return calls.map(() => toReply(error));
  }
};

const follower = createFollower(store);
const tell: (word: Word) => void = serveThread({
  answer: answerAll,
  close: () => {
    clearInterval(following);
    store.close();
  },
});
const following = setInterval(() => {
  try {
    const news = follower.look();
    if (news) tell({ kind: "news", news });
    if (isFileGone()) tell({ kind: "fault", fault: FILE_GONE });
  } catch (error) {
    // The next look finds what this one could not read; until then the memory stands as it was.
    const { code = "SQLITE_ERROR", message } = error as { code?: string; message: string };
    tell({ kind: "fault", fault: { code, message } });
  }
}, FOLLOW_MILLISECONDS);

/** What is written to a file that was taken away is lost with it. */
function isFileGone(): boolean {
  return statSync(file, { throwIfNoEntry: false })?.ino !== opened;
}
