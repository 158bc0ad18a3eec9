import { generateKeyPairSync } from "node:crypto";
import { nameKey } from "@foyer/contract";
import { expect, test } from "vitest";
import { openKeyShelf } from "./key-shelf.ts";

function makeKey() {
  const { publicKey } = generateKeyPairSync("ed25519");
  const octets = Buffer.from(publicKey.export({ format: "jwk" }).x as string, "base64url");
  const ids = { tenantId: "t", branchId: "b", boxId: "x" };
  return { name: nameKey(octets), row: { ...ids, publicKey: octets, addedAt: new Date(0) } };
}

test("names that nobody knows are asked for together while one question is under way", async () => {
  const known = makeKey();
  const asked: number[] = [];
  let underWay = 0;
  const shelf = openKeyShelf(async (keyIds) => {
    asked.push(keyIds.length);
    underWay += 1;
    expect(underWay).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    underWay -= 1;
    const names = keyIds.map((keyId) => keyId.toString("base64url"));
    return names.includes(known.name) ? [known.row] : [];
  });
  const first = shelf.find(makeKey().name);
  // Their turn to be asked has come by then.
  await new Promise((resolve) => setTimeout(resolve, 1));
  const others = Array.from({ length: 500 }, () => shelf.find(makeKey().name));
  const found = await Promise.all([first, ...others, shelf.find(known.name)]);
  expect(found.filter(Boolean)).toHaveLength(1);
  expect(asked).toEqual([1, 501]);
});

test("a key is asked for once, and again after it was forgotten", async () => {
  const known = makeKey();
  let asked = 0;
  const shelf = openKeyShelf(async () => {
    asked += 1;
    return [known.row];
  });
  await shelf.find(known.name);
  await shelf.find(known.name);
  expect(asked).toBe(1);
  shelf.forget(known.name);
  expect(await shelf.find(known.name)).not.toBeNull();
  expect(asked).toBe(2);
});

test("a question that fails fails those who waited for it, and none after", async () => {
  const known = makeKey();
  let isDown = true;
  const shelf = openKeyShelf(async () => {
    if (isDown) throw new Error("no connection");
    return [known.row];
  });
  const failed = await Promise.allSettled([shelf.find(known.name), shelf.find(makeKey().name)]);
  expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  isDown = false;
  expect(await shelf.find(known.name)).not.toBeNull();
});
