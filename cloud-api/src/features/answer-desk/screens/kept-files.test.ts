import { expect, test } from "vitest";
import { ApiError, type ErrorCode } from "../../../shell/api.ts";
import type { FileFault, FileReply } from "../schema.ts";
import type { FileShelf, KeptFile } from "./kept-files.ts";
import { tellFiles } from "./tell-files.ts";

/** As a browser's database behaves. */
function openShelf(files: readonly KeptFile[]): FileShelf {
  const kept = new Map(files.map((file) => [file.fileId, file]));
  return {
    put: async (file) => void kept.set(file.fileId, file),
    drop: async (fileId) => void kept.delete(fileId),
    mark: async (fileId, fault) => {
      const found = kept.get(fileId);
      if (found) kept.set(fileId, { ...found, fault });
    },
    list: async () => [...kept.values()],
  };
}

const file = (fileId: string, more: Partial<KeptFile> = {}): KeptFile => ({
  ...{ fileId, answerId: "answer", companyId: "tea", staffId: "lan", staffName: "Lan" },
  ...{ questionId: "photo", label: {}, keptAt: "2026-03-01T10:00:00.000Z" },
  ...{ bytes: new Blob(["a"]), fault: null },
  ...more,
});
const LAN = { companyId: "tea", staffId: "lan" };
const KEPT: FileReply = { outcome: "kept", fault: null };
const refusal = (code: ErrorCode) => new ApiError({ code, message: "No." });

/** Sends what lies there once; `say` answers for the cloud. */
async function tell(
  shelf: FileShelf,
  say: (fileId: string) => FileReply | Promise<FileReply>,
  isDue: (file: KeptFile) => boolean = () => true,
  unnoted: Parameters<typeof tellFiles>[0]["unnoted"] = new Map(),
) {
  const sent: string[] = [];
  const send = async ({ fileId }: KeptFile) => {
    sent.push(fileId);
    return say(fileId);
  };
  const outcome = await tellFiles({ shelf, ...LAN, isDue, send, unnoted, look: async () => {} });
  const left = (await shelf.list()).map(({ fileId, fault }) => [fileId, fault]);
  return { outcome, sent, left };
}

test("a file goes from the device once the cloud has it, be it for the second time", async () => {
  const shelf = openShelf([file("one"), file("two")]);
  const told = await tell(shelf, (id) =>
    id === "one" ? KEPT : { outcome: "kept-before", fault: null },
  );
  expect(told).toEqual({ outcome: "told", sent: ["one", "two"], left: [] });
});

test("a file of an answer that the cloud does not have yet waits for it", async () => {
  const shelf = openShelf([file("early", { answerId: "untold" }), file("due")]);
  const told = await tell(
    shelf,
    () => KEPT,
    ({ answerId }) => answerId === "answer",
  );
  expect(told).toEqual({ outcome: "told", sent: ["due"], left: [["early", null]] });
});

test("a file whose reply was lost stays, and is sent again", async () => {
  const shelf = openShelf([file("one")]);
  const lost = await tell(shelf, () => Promise.reject(refusal("unreachable")));
  expect(lost).toEqual({ outcome: "unreachable", sent: ["one"], left: [["one", null]] });
  expect(await tell(shelf, () => KEPT)).toMatchObject({ sent: ["one"], left: [] });
});

test.each([
  ["unreachable", "unreachable"],
  ["busy", "unreachable"],
  ["internal", "unreachable"],
  ["unavailable", "unreachable"],
  ["unreadable", "unreachable"],
  ["unauthorized", "signed-out"],
  ["forbidden", "not-allowed"],
] as const)(
  "of %s no file is lost: all wait, and none behind it is sent",
  async (code, outcome) => {
    const shelf = openShelf([file("one"), file("two")]);
    const told = await tell(shelf, () => Promise.reject(refusal(code)));
    const left = [
      ["one", null],
      ["two", null],
    ];
    expect(told).toEqual({ outcome, sent: ["one"], left });
  },
);

test("one that is refused says why, holds up no other, and is not sent again by itself", async () => {
  const shelf = openShelf([file("bad"), file("lost"), file("good")]);
  const fault: FileFault = "something-else";
  const say = (id: string) => {
    if (id === "lost") throw refusal("not-found");
    return id === "bad" ? ({ outcome: "refused", fault } as const) : KEPT;
  };
  const left = [
    ["bad", fault],
    ["lost", "gone"],
  ];
  expect(await tell(shelf, say)).toEqual({ outcome: "told", sent: ["bad", "lost", "good"], left });
  expect(await tell(shelf, say)).toEqual({ outcome: "told", sent: [], left });
});

test("a file whose answer comes to the device while it is sent is not given up for it", async () => {
  let isAnswerThere = true;
  const shelf = openShelf([file("one")]);
  const told = await tell(
    shelf,
    () => {
      isAnswerThere = false;
      throw refusal("not-found");
    },
    () => isAnswerThere,
  );
  expect(told.left).toEqual([["one", null]]);
});

test("one that is dropped while it is sent stays dropped, whatever the cloud says", async () => {
  const shelf = openShelf([file("one")]);
  const told = await tell(shelf, async () => {
    await shelf.drop("one");
    return { outcome: "refused", fault: "virus" };
  });
  expect(told.left).toEqual([]);
});

test("a device without room to note what the cloud said sends the others, and nothing twice", async () => {
  const shelf = openShelf([file("one"), file("bad"), file("two")]);
  const full = async () => {
    throw new DOMException("No room.", "QuotaExceededError");
  };
  const say = (id: string): FileReply =>
    id === "bad" ? { outcome: "refused", fault: "virus" } : KEPT;
  const unnoted = new Map();
  const stuck = await tell({ ...shelf, drop: full, mark: full }, say, undefined, unnoted);
  expect(stuck).toMatchObject({ outcome: "told", sent: ["one", "bad", "two"] });
  expect(stuck.left).toHaveLength(3);
  const freed = await tell(shelf, say, undefined, unnoted);
  expect(freed).toEqual({ outcome: "told", sent: [], left: [["bad", "virus"]] });
  expect(unnoted.size).toBe(0);
});

test("what a colleague chose, or somebody for another company, waits for them", async () => {
  const others = [file("theirs", { staffId: "minh" }), file("there", { companyId: "noodles" })];
  const told = await tell(openShelf([...others, file("own")]), () => KEPT);
  expect(told.sent).toEqual(["own"]);
  expect(told.left.map(([id]) => id)).toEqual(["theirs", "there"]);
});
