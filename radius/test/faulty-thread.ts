// A thread that answers with what it is told, fails when told so, and ends when told so.
import type { Call, Reply } from "../src/store/calls.ts";
import { serveThread } from "../src/store/serve-thread.ts";

const answer = ({ name, input }: Call): Reply => {
  if (name === "end") throw new Error("the thread was told to end");
  if (name === "fail") return { kind: "failed", message: "database is full", code: "SQLITE_FULL" };
  return { kind: "done", result: input };
};

serveThread({ answer: (calls) => calls.map(answer), close: () => {} });
