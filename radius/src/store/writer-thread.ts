// The script of the one thread that writes. See thread.ts.
import { openBranchStore, readBoxIdentity, type Transaction } from "@foyer/branch-store";
import { commitTogether } from "./commit-together.ts";
import { moveMoments } from "./move-moments.ts";
import { serveThread, threadData } from "./serve-thread.ts";
import { writes } from "./writes.ts";

const { stateFolder: folder } = threadData;
const store = openBranchStore({
  folder,
  identity: readBoxIdentity(folder),
  // Every work has the moment it was asked at.
  clock: () => new Date(threadData.at),
});
const known: Record<string, (tx: Transaction, input: never) => unknown> = writes;

serveThread({
  answer: (calls) =>
    commitTogether(
      store,
      calls.map(({ name, input, at, offset }) => ({
        ...{ at, offset },
        run: (tx, byMs) => known[name]?.(tx, moveMoments(input, byMs) as never),
      })),
    ),
  close: store.close,
});
