import { describe, expect, test } from "vitest";
import { createReplyCache } from "./reply-cache.ts";

const first = Buffer.alloc(16, 1);
const second = Buffer.alloc(16, 2);
const K = { source: "k", number: 1 };
/** One of many requests of many sources. */
const nameOf = (at: number) => ({ source: `k${at >> 8}`, number: at & 255 });

test("a request is not kept in memory for the sake of its authenticator", () => {
  const datagram = Buffer.alloc(65_507);
  const { entry } = createReplyCache().enter(K, datagram.subarray(4, 20), 0);
  expect(Object.values(entry).flat().filter(ArrayBuffer.isView)).toEqual([]);
});

describe("RFC 5080 §2.2.2: duplicates", () => {
  test("the same authenticator gets the same octets again", () => {
    const cache = createReplyCache();
    const { entry } = cache.enter(K, first, 0);
    entry.reply = Buffer.from("answer");
    expect(cache.enter(K, first, 29_999)).toMatchObject({ kind: "answered", entry });
  });

  test("a request that is being worked on is not begun again", () => {
    const cache = createReplyCache();
    cache.enter(K, first, 0);
    expect(cache.enter(K, first, 10).kind).toBe("in-progress");
  });

  test("another authenticator under the same key is a new request and ends the old one", () => {
    const cache = createReplyCache();
    cache.enter(K, first, 0).entry.reply = Buffer.from("answer");
    expect(cache.enter(K, second, 10).kind).toBe("new");
    expect(cache.enter(K, first, 20).kind).toBe("new");
  });

  test("after 30 seconds an answer is forgotten", () => {
    const cache = createReplyCache();
    cache.enter(K, first, 0).entry.reply = Buffer.from("answer");
    expect(cache.enter(K, first, 30_000).kind).toBe("new");
  });

  test("a late answer to an ended request does not reach the new one", () => {
    const cache = createReplyCache();
    const old = cache.enter(K, first, 0).entry;
    cache.enter(K, second, 1);
    old.reply = Buffer.from("late");
    expect(cache.enter(K, second, 2).kind).toBe("in-progress");
  });

  test("a request met with silence is listened to again", () => {
    const cache = createReplyCache();
    const { entry } = cache.enter(K, first, 0);
    cache.forget(entry);
    expect(cache.enter(K, first, 1).kind).toBe("new");
  });

  test("forgetting an ended request leaves the new one alone", () => {
    const cache = createReplyCache();
    const old = cache.enter(K, first, 0).entry;
    cache.enter(K, second, 1);
    cache.forget(old);
    expect(cache.enter(K, second, 2).kind).toBe("in-progress");
  });

  test("one source's numbers are not another's, nor is one octet of an authenticator", () => {
    const cache = createReplyCache();
    cache.enter(K, first, 0);
    expect(cache.enter({ ...K, source: "l" }, first, 1).kind).toBe("new");
    expect(cache.enter({ ...K, number: 2 }, first, 1).kind).toBe("new");
    for (let at = 0; at < 16; at++) {
      const other = Buffer.from(first);
      other[at] = 255;
      expect(cache.enter(K, other, 1).kind).toBe("new");
      expect(cache.enter(K, other, 1).kind).toBe("in-progress");
    }
    expect(cache.size()).toBe(3);
  });

  test("what was forgotten after its time takes no memory", () => {
    const cache = createReplyCache();
    for (let at = 0; at < 100; at++) cache.enter(nameOf(at), first, 0);
    cache.enter(K, first, 31_000);
    expect(cache.size()).toBe(1);
  });

  test("of too many the oldest make room, and the newest are remembered", () => {
    const cache = createReplyCache();
    for (let at = 0; at < 20_000; at++) cache.enter(nameOf(at), first, 0);
    expect(cache.enter(nameOf(5000), first, 1).kind).toBe("in-progress");
    expect(cache.enter(nameOf(0), first, 1).kind).toBe("new");
  });

  test("a flood of requests cannot grow it without bound", () => {
    const cache = createReplyCache();
    for (let at = 0; at < 50_000; at++) cache.enter(nameOf(at), first, 0);
    expect(cache.size()).toBeLessThanOrEqual(16_384);
    expect(cache.enter(nameOf(49_999), first, 1).kind).toBe("in-progress");
  });
});
