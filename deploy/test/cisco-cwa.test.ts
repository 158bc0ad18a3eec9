import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applySettings, listOpenSessions, listUnsent, openBranchStore } from "@foyer/branch-store";
import { type BranchSettings, readBranchSettings } from "@foyer/contract";
import { startPortal } from "@foyer/portal";
import { startRadius } from "@foyer/radius";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { openWirelessController } from "./wireless-controller.ts";

const HOST = "127.0.0.1";
const SECRET = "radius-secret-of-a-test";
const DEVICE = { mac: "02-AA-BB-CC-00-01", ip: HOST };
const SETTINGS = createRequire(import.meta.url).resolve(
  "@foyer/contract/fixtures/settings/branch-settings.json",
);

/** A whole box, portal and RADIUS, behind a controller with central web authentication. */
async function openBox() {
  const controller = await openWirelessController(SECRET);
  const sample = JSON.parse(readFileSync(SETTINGS, "utf8")) as BranchSettings;
  const boxId = "01990000-0000-7000-8000-000000000003";
  const identity = { tenantId: sample.tenantId, branchId: sample.branch.id, boxId };
  const stateFolder = mkdtempSync(join(tmpdir(), "foyer-cwa-"));
  writeFileSync(
    join(stateFolder, "box.json"),
    JSON.stringify({ ...identity, cloudUrl: "http://127.0.0.1:9" }),
  );
  const store = openBranchStore({ folder: stateFolder, identity, clock: () => new Date() });
  const log = pino({ level: "silent" });
  const portal = await startPortal({ stateFolder, store, host: HOST, port: 0, log });
  const document = {
    ...sample,
    nas: [
      {
        ...{ kind: "cisco-cwa", id: "01990000-0000-7000-8000-000000000010", name: "WLC" },
        ...{ source: HOST, radiusSecret: SECRET, nasIdentifier: "" },
        ...{ portalOrigin: portal.origin, redirectAcl: "ACL_WEBAUTH_REDIRECT" },
        ...{ redirectSecret: "redirect-secret-of-a-test" },
        disconnectPort: controller.disconnectPort,
      },
    ],
    signIn: { ...sample.signIn, clickThrough: "always" },
  };
  const read = readBranchSettings(document);
  if (read.kind === "invalid") throw new Error(read.reason);
  store.transaction((tx) => applySettings(tx, read.settings));
  const where = { stateFolder, host: HOST, authPort: 0, acctPort: 0, log };
  const radius = await startRadius({ ...where, commandSeconds: 0.1 });
  onTestFinished(async () => {
    await radius.close();
    await portal.close();
    store.close();
    rmSync(stateFolder, { recursive: true });
  });
  await controller.connect(radius);
  return { controller, store, portal };
}

/** A browser that follows the portal's own redirects, and no more. */
async function open(url: string, form?: Record<string, string>) {
  const { origin } = new URL(url);
  const headers = { "accept-language": "en" };
  const body = form && new URLSearchParams(form);
  const request = body ? { method: "POST", body, headers } : { headers };
  let answer = await fetch(url, { ...request, redirect: "manual" });
  for (let steps = 0; steps < 5 && answer.status === 303; steps += 1)
    answer = await fetch(new URL(answer.headers.get("location") ?? "", origin), {
      ...{ redirect: "manual", headers },
    });
  return { status: answer.status, html: await answer.text(), origin };
}

const hiddenIn = (html: string) => /name="c" value="([^"]+)"/.exec(html)?.[1] ?? "";
const valueIn = (html: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]+)"`).exec(html)?.[1] ?? "";
const refreshIn = (html: string) =>
  /http-equiv="refresh" content="\d+;url=([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");

test("part of MC-1.4: behind Cisco's central web authentication a guest joins, is led to the portal, signs in, and is online without a word from the browser", async () => {
  const { controller, store } = await openBox();
  const led = await controller.join(DEVICE);
  if (led?.kind !== "captive") throw new Error(`the device was let ${led?.kind}`);
  expect(store.read(listOpenSessions)).toEqual([]);
  // The controller adds where the guest wanted to go.
  const first = await open(`${led.url}&redirect=captive.apple.com/hotspot-detect.html`);
  expect(first.status).toBe(200);
  const { html, origin } = first;
  const terms = { c: hiddenIn(html), terms: valueIn(html, "terms") };
  const waiting = await open(`${origin}/click-through`, terms);
  const page = refreshIn(waiting.html);
  expect(page).toMatch(/^\/connecting\?c=/);
  await vi.waitFor(() => expect(controller.access()?.kind).toBe("online"), 20_000);
  expect(controller.orders).toEqual(["subscriber:command=reauthenticate"]);
  // As of the fixture's policy.
  expect(controller.access()).toEqual({ kind: "online", seconds: 14_400 });
  await vi.waitFor(async () => {
    const shown = await open(`${origin}${page}`);
    expect(shown.html).toContain("You&#39;re online");
    expect(refreshIn(shown.html) ?? "").not.toContain("/connecting");
  }, 20_000);
  const [session] = await vi.waitFor(() => {
    const all = store.read(listOpenSessions);
    expect(all).toHaveLength(1);
    return all;
  }, 20_000);
  expect(session).toMatchObject({ ip: HOST, acctSessionId: "stay-1" });
  const events = store.read((tx) => listUnsent(tx, { afterSeq: 0, limit: 1000 }));
  expect(events.filter(({ type }) => type === "guest.connected")).toHaveLength(1);
  expect(events.filter(({ type }) => type === "visit.started")).toHaveLength(1);
  // Known from now on, it comes back without a page: none is due within the visit.
  expect(await controller.join(DEVICE)).toMatchObject({ kind: "online" });
}, 120_000);
