import { afterEach, expect, test, vi } from "vitest";
import { ApiError, api, isWorthRetrying, readRefusal, withQuery } from "./api.ts";

afterEach(() => vi.unstubAllGlobals());

/** The browser's own fetch, answering once. */
function answerWith(response: Response): void {
  vi.stubGlobal("fetch", async () => response);
}

test("a refusal is read with its code, field and the wish for a second factor", () => {
  const error = readRefusal(401, { code: "unauthorized", message: "code", needsCode: true }, null);
  expect(error).toMatchObject({ code: "unauthorized", needsCode: true, field: null });
  expect(readRefusal(400, { code: "invalid", message: "x", field: "/name" }, null).field).toBe(
    "/name",
  );
});

test("too many requests tell how many seconds to wait, when the server says so", () => {
  expect(readRefusal(429, { code: "busy", message: "x" }, "840").retryAfterSeconds).toBe(840);
  expect(readRefusal(429, {}, null)).toMatchObject({ code: "busy", retryAfterSeconds: null });
  // RFC 9110 §10.2.3 allows a date, which is not a number of seconds.
  expect(readRefusal(429, {}, "Fri, 31 Dec 2027 23:59:59 GMT").retryAfterSeconds).toBeNull();
});

test("a database that is away is told apart from too much asked, a proxy without a cloud likewise", () => {
  const refusal = readRefusal(503, { code: "unavailable", message: "x" }, "5");
  expect(refusal).toMatchObject({ code: "unavailable", retryAfterSeconds: 5 });
  expect(readRefusal(503, "<h1>No server</h1>", null).code).toBe("unavailable");
});

test("an answer of something in between, such as a proxy's page, is still a refusal", async () => {
  answerWith(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  await expect(api.get("/overview")).rejects.toMatchObject({ code: "internal" });
});

test("a page instead of JSON is told as unreadable, not shown as an empty result", async () => {
  answerWith(new Response("<h1>Sign in to the hotel</h1>", { status: 200 }));
  await expect(api.get("/overview")).rejects.toMatchObject({ code: "unreadable" });
});

test("an answer without a body is null", async () => {
  answerWith(new Response(null, { status: 204 }));
  await expect(api.remove("/session")).resolves.toBeNull();
});

test("no answer at all is told as unreachable", async () => {
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  await expect(api.get("/overview")).rejects.toMatchObject({ code: "unreachable" });
});

test("only what may go well the next time is tried again", () => {
  const fails = (code: ApiError["code"]) => new ApiError({ code, message: "x" });
  expect(isWorthRetrying(fails("unreachable"))).toBe(true);
  expect(isWorthRetrying(fails("busy"))).toBe(true);
  expect(isWorthRetrying(fails("unavailable"))).toBe(true);
  expect(isWorthRetrying(fails("forbidden"))).toBe(false);
  expect(isWorthRetrying(fails("not-found"))).toBe(false);
  expect(isWorthRetrying(new Error("a bug"))).toBe(false);
});

test("filters that are empty are left out of the address and others are escaped", () => {
  expect(withQuery("/customers", { search: "Lan & Co", cursor: null, limit: "50" })).toBe(
    "/customers?search=Lan+%26+Co&limit=50",
  );
  expect(withQuery("/customers", { search: "" })).toBe("/customers");
});
