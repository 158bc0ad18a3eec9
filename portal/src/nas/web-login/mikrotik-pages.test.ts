import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fillIn, HOTSPOT_PAGES } from "../../../test/routeros.ts";
import { vectors } from "../fixtures/examples.ts";
import { webLoginExamples } from "../fixtures/web-login.ts";
import { handBack, readArrival } from "../index.ts";

const SITE = "http://captive.apple.com/hotspot-detect.html?a=1&b=2";
const variables = {
  mac: "02:AA:BB:CC:00:01",
  ip: "10.10.0.2",
  identity: "hall",
  "link-login": "http://10.10.0.3/login?dst=x",
  "link-login-only": "http://10.10.0.3/login",
  "link-logout": "http://10.10.0.3/logout",
  "link-redirect": "http://10.1.0.2:8080/online?c=abc",
  "link-orig-esc": encodeURIComponent(SITE),
  error: "",
  "chap-id": vectors.mikrotik.chapId as string,
  "chap-challenge": vectors.mikrotik.chapChallenge as string,
  "logged-in": "no",
};
const example = webLoginExamples.find((each) => each.name === "mikrotik by http-chap");

/** What a browser sends that submits the page's form. */
function submit(html: string): string {
  const action = /<form name="portal" method="get" action="([^"]+)">/.exec(html)?.[1] ?? "";
  const inputs = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g);
  const query = new URLSearchParams([...inputs].map((each) => [each[1] ?? "", each[2] ?? ""]));
  return `${new URL(action).pathname}?${query}`;
}

const read = (changes: Partial<typeof variables> = {}) =>
  readArrival(
    {
      rawUrl: submit(fillIn("login.html", { ...variables, ...changes })),
      remoteAddress: "10.10.0.2",
    },
    example ? [example.nas] : [],
  );

describe("the pages for a MikroTik's HotSpot", () => {
  test("use only what RouterOS fills in", () => {
    const pages = readdirSync(HOTSPOT_PAGES).filter((each) => !each.endsWith(".md"));
    expect(pages.sort()).toEqual([
      ...["alogin.html", "api.json", "error.html", "login.html", "logout.html"],
      ...["redirect.html", "rlogin.html", "status.html"],
    ]);
    for (const page of pages) expect(fillIn(page, variables)).not.toContain("$(");
  });

  test("send what the portal reads, and are answered by the hand-off's vector", () => {
    const reading = read();
    expect(reading).toMatchObject({
      kind: "arrival",
      arrival: { mac: "02-AA-BB-CC-00-01", ip: "10.10.0.2", state: "asks", originalUrl: SITE },
    });
    if (reading.kind !== "arrival" || !example) throw new Error("no arrival");
    const { password, md5 } = vectors.mikrotik;
    const grant = { username: "t-1", password, landingUrl: "http://10.1.0.2:8080/online?c=a" };
    const way = handBack(reading.arrival, example.nas, grant);
    const url = new URL(way.kind === "redirect" ? way.url : "");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...{ username: "t-1", password: md5, dst: grant.landingUrl, popup: "false" },
    });
  });

  test("bring back that the HotSpot refused a log-in, in whatever words", () => {
    const reading = read({ error: "invalid username or password" });
    expect(reading).toMatchObject({ arrival: { state: "failed", failure: "reject" } });
  });

  test("lead on to where the log-in wanted to go", () => {
    for (const page of ["alogin.html", "redirect.html", "rlogin.html"])
      expect(fillIn(page, variables)).toContain(`url=${variables["link-redirect"]}`);
  });

  test("answer RFC 8908 with a document of its form, before and after log-in", () => {
    for (const [loggedIn, captive] of [
      ["no", true],
      ["yes", false],
    ] as const) {
      const document = JSON.parse(fillIn("api.json", { ...variables, "logged-in": loggedIn }));
      expect(document).toMatchObject({ captive, "user-portal-url": variables["link-login-only"] });
    }
  });
});
