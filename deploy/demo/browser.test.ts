import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listForms, openBrowser, unescapeHtml } from "./browser.ts";

const page = { url: "http://127.0.0.1:1/a/b", status: 200 };
const seen: { method: string; url: string; cookie: string; body: string }[] = [];
const server = createServer(async (request, response) => {
  seen.push(await describe(request));
  if (request.url === "/start")
    return response.writeHead(302, { location: "/next", "set-cookie": "a=1; HttpOnly" }).end();
  if (request.url === "/round") return response.writeHead(302, { location: "/round" }).end();
  if (request.url === "/forget")
    return response.writeHead(200, { "set-cookie": "a=; Max-Age=0" }).end();
  return response.end(
    '<form method="post" action="send?x=1"><input name="c" value="&quot;1"></form>',
  );
});
let origin = "";

async function describe(request: IncomingMessage) {
  const body = await text(request);
  return {
    method: request.method ?? "",
    url: request.url ?? "",
    cookie: request.headers.cookie ?? "",
    body,
  };
}

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test("a form is read with its hidden values and the boxes nobody ticked", () => {
  const html = `<form method="post" action="/code"><input type="hidden" name="c" value="x&amp;y">
    <input name="phone" type="tel" value=""><input type="checkbox" name="terms" value="1:abc">
    <input type="checkbox" name="kept" value="k" checked></form><form action="/other"></form>`;
  expect(listForms({ ...page, html })).toEqual([
    {
      method: "POST",
      action: "/code",
      fields: { c: "x&y", phone: "", kept: "k" },
      boxes: { terms: "1:abc" },
      inputs: ["phone", "terms", "kept"],
    },
    { method: "GET", action: "/other", fields: {}, boxes: {}, inputs: [] },
  ]);
});

test("redirects are followed with the cookies set on the way, and forgotten when told", async () => {
  const browser = openBrowser({ language: "vi" });
  const landed = await browser.open(`${origin}/start`);
  expect(landed.url).toBe(`${origin}/next`);
  expect(seen.at(-1)?.cookie).toBe("a=1");
  await browser.open(`${origin}/forget`);
  await browser.open(`${origin}/next`);
  expect(seen.at(-1)?.cookie).toBe("");
});

test("a form is sent to its address with what was filled in", async () => {
  const browser = openBrowser({ language: "vi" });
  const landed = await browser.open(`${origin}/next`);
  const [form] = listForms(landed);
  await browser.submit(landed, form!, { name: "Lan & Co" });
  expect(seen.at(-1)).toMatchObject({
    method: "POST",
    url: "/send?x=1",
    body: "c=%221&name=Lan+%26+Co",
  });
});

test("a page that leads to itself is given up", async () => {
  await expect(openBrowser({ language: "vi" }).open(`${origin}/round`)).rejects.toThrow(
    "on and on",
  );
});

test("references are read, and unknown ones left", () => {
  expect(unescapeHtml("&lt;&#39;&#x1F44B;&amp;lt;&nope;")).toBe("<'👋&lt;&nope;");
});
