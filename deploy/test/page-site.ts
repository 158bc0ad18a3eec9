import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BranchStore,
  closeDueVisits,
  endSession,
  findSettings,
  giveConsent,
  openBranchStore,
  seeDevice,
  signInGuest,
  startSession,
} from "@foyer/branch-store";
import { type CoovaNas, hashLegalWords, type Language, type PageSettings } from "@foyer/contract";
import { startPortal } from "@foyer/portal";
import { handOff } from "@foyer/portal/test/open-portal";
import { startSyncAgent } from "@foyer/sync-agent";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { type BranchDocument, COUNTRY, demoBranchDocument, TIME_ZONE } from "../demo/branch.ts";
import { type AddedBox, enrolBox } from "./enrol.ts";
import { askUntil, type TestCloud } from "./test-cloud.ts";

const HOST = "127.0.0.1";
const NAS_ID = "01990000-0000-7000-8000-000000000140";
const OTHER_ID = "01990000-0000-7000-8000-000000000141";
const SECRETS = { radius: "radius-secret-of-a-test", uam: "uam-secret-of-a-test" };
const GAP_SECONDS = 3600;
const BY_HAND = { redirect: "manual" } as const;
/** The way on of a page: where its form goes, and what the portal sealed into it. */
const ONWARD = /<form method="post" action="([^"]+)"[^>]*>[\s\S]*?name="c" value="([^"]+)"/;

export type PageContent = Omit<PageSettings, "id" | "version">;

/** A guest whom the box knows, on a device of theirs. */
export type KnownGuest = { guestId: string; mac: string; phone: string };

/** A branch whose box shows what the cloud's pages say. */
export type PageSite = {
  branchId: string;
  boxId: string;
  /** The branch's access controller, which hands its guests over. */
  nasId: string;
  /** Makes a page, puts it on the branch and waits until the box has it. */
  publish: (content: PageContent) => Promise<string>;
  /** Signs somebody in by phone, as the portal does. */
  signIn: (guest: { phone: string; name: string; birthday?: string }) => KnownGuest;
  /** They agree to the terms in force, as with a tick. */
  agree: (guest: KnownGuest) => void;
  /** They are on the Wi-Fi for a moment, and leave. */
  visit: (guest: KnownGuest) => void;
  /** The box's page for whoever comes with this device: what stands in <main>. */
  open: (mac: string, language?: Language) => Promise<string>;
  /** The same page whole, with its head. */
  openWhole: (mac: string, language?: Language) => Promise<string>;
  /** Lets a guest whom the box knows go online: the whole page that the NAS then leads them to. */
  goOnline: (guest: KnownGuest) => Promise<string>;
  /** Where the box's pages and pictures are. */
  portalOrigin: () => string;
  store: BranchStore;
  /** The box is switched off and on, and reaches no cloud any more. */
  startAlone: () => Promise<void>;
  /** Waits until the box holds the branch's settings as they stand. */
  isInForce: () => Promise<void>;
};

export async function openPageSite(
  cloud: TestCloud,
  edit: (document: BranchDocument) => BranchDocument = (document) => document,
): Promise<PageSite> {
  const place = { name: "Test", timeZone: TIME_ZONE, country: COUNTRY, languages: ["vi", "en"] };
  const { id: branchId } = await cloud.get<{ id: string }>("POST", "/api/v1/branches", place);
  const boxes = `/api/v1/branches/${branchId}/boxes`;
  const added = await cloud.get<AddedBox>("POST", boxes, { name: "Box" });
  const { boxKey, ...identity } = await enrolBox(added);
  const stateFolder = mkdtempSync(join(tmpdir(), "foyer-pages-"));
  writeFileSync(join(stateFolder, "box.json"), JSON.stringify(identity));
  const clock = cloud.now;
  const store = openBranchStore({ folder: stateFolder, identity, clock });
  const agent = await startSyncAgent({ identity, boxKey, store, clock, logLevel: "silent" });
  const serve = (opened: BranchStore) =>
    startPortal({
      ...{ stateFolder, store: opened, host: HOST, port: 0, clock },
      ...{ log: pino({ level: "silent" }), findMacOfAddress: async () => null },
    });
  const running = { store, portal: await serve(store), agent: agent as typeof agent | null };
  const stop = async () => {
    await running.portal.close();
    await running.agent?.close();
    running.store.close();
  };
  onTestFinished(async () => {
    await stop();
    rmSync(stateFolder, { recursive: true });
  });
  const uamServer = `${running.portal.origin}/portal`;
  const document = demoBranchDocument({
    ...{ branchId, secrets: SECRETS, disconnectPort: 9, channels: [{ kind: "outbox" }] },
    ...{ uamServer, accessPointOrigin: "http://10.10.0.1:3990" },
    ids: { nas: NAS_ID, policy: OTHER_ID, firstPage: NAS_ID, returningPage: OTHER_ID },
  });
  const nas = { ...(document.nas[0] as CoovaNas), source: "10.99.0.1" };
  const path = `/api/v1/branches/${branchId}/settings`;
  const signIn = { ...document.signIn, landingUrl: null, recogniseDays: 365 };
  const branch = { ...document.branch, visitGapMinutes: GAP_SECONDS / 60 };
  await cloud.get("PUT", path, edit({ ...document, branch, signIn, nas: [nas], pages: [] }));
  const isInForce = async () => {
    const { version } = await cloud.get<{ version: number }>("GET", path);
    await askUntil(
      () => store.read((tx) => tx.sql("select max(version) as version from settings").get()),
      (row) => (row as { version: number | null }).version === version,
    );
  };
  await isInForce();
  let devices = 0;
  const openWhole: PageSite["openWhole"] = (mac, language) => {
    const challenge = randomUUID().replaceAll("-", "");
    return readFrom(running.portal.origin, handOff(nas, { mac, ip: HOST, challenge }), language);
  };
  return {
    ...{ branchId, boxId: identity.boxId, nasId: NAS_ID, store, isInForce },
    startAlone: async () => {
      await stop();
      const opened = openBranchStore({ folder: stateFolder, identity, clock });
      Object.assign(running, { store: opened, portal: await serve(opened), agent: null });
    },
    publish: async (content) => {
      const { id } = await cloud.get<{ id: string }>("POST", "/api/v1/pages", { content });
      const to = { kind: "branches", branchIds: [branchId] };
      await cloud.get("POST", `/api/v1/pages/${id}/publish`, { revision: 1, to });
      await isInForce();
      return id;
    },
    signIn: ({ phone, ...details }) => {
      devices += 1;
      const mac = `AC-00-5E-00-00-${devices.toString(16).padStart(2, "0").toUpperCase()}`;
      return store.transaction((tx) => {
        const { id: deviceId } = seeDevice(tx, { mac, nasId: NAS_ID, by: "portal" });
        const { id: guestId } = signInGuest(tx, {
          ...{ deviceId, nasId: NAS_ID, language: "vi", details, termsVersion: 1 },
          ...{ phone, proved: true },
        });
        return { guestId, mac, phone };
      });
    },
    agree: ({ guestId, mac }) => {
      store.transaction((tx) => {
        const { id: deviceId } = seeDevice(tx, { mac, nasId: NAS_ID, by: "portal" });
        const [text] = findSettings(tx)?.legalTexts ?? [];
        if (text?.purpose !== "terms") throw new Error("the branch has no terms first");
        const [label = "", body = ""] = [text.label.vi, text.body.vi];
        const words = { textVersion: text.version, textSha256: hashLegalWords({ label, body }) };
        const who = { guestId, deviceId, nasId: NAS_ID, purpose: text.purpose, channel: null };
        giveConsent(tx, { ...who, ...words, language: "vi", ip: HOST });
      });
    },
    visit: ({ mac }) => {
      store.transaction((tx) => {
        const session = { nasId: NAS_ID, acctSessionId: randomUUID(), mac, at: tx.now };
        startSession(tx, session);
        endSession(tx, { ...session, cause: "User-Request" });
      });
      cloud.passSeconds(GAP_SECONDS + 1);
      store.transaction((tx) => closeDueVisits(tx));
    },
    portalOrigin: () => running.portal.origin,
    open: async (mac, language) => mainOf(await openWhole(mac, language)),
    openWhole,
    goOnline: async ({ mac }) => {
      const { origin } = running.portal;
      const html = await openWhole(mac);
      const [, action = "", c = ""] = ONWARD.exec(html) ?? [];
      const [, terms = ""] = /name="terms" value="([^"]+)"/.exec(html) ?? [];
      const body = new URLSearchParams({ c, terms });
      const sent = await fetch(new URL(action, origin), { method: "POST", body, ...BY_HAND });
      const back = new URL(sent.headers.get("location") ?? "");
      return readFrom(origin, back.searchParams.get("userurl") ?? "");
    },
  };
}

/** The page at an address of the portal, after whatever leads there. */
async function readFrom(origin: string, start: string, language: Language = "vi"): Promise<string> {
  let url = start;
  for (;;) {
    const headers = { "accept-language": language };
    const answer = await fetch(new URL(url, origin), { ...BY_HAND, headers });
    const location = answer.headers.get("location");
    if (location === null) return answer.text();
    url = location;
  }
}

/** <main> of a box's page without the context that it seals into forms and links, anew each time. */
export const unsealed = (main: string): string =>
  main.replaceAll(/(\?c=|name="c" value=")[\w-]+/g, "$1");

/** <main> of the cloud's preview without its one mark: that the way in is only looked at. */
export function usable(main: string): string {
  const inert = /<section inert>\n([\s\S]*)<\/section>\n/;
  if (!inert.test(main)) throw new Error(`nothing in the preview is inert: ${main.slice(-400)}`);
  return main.replace(inert, "$1");
}

/** What stands in <main>, as its bytes are. */
export function mainOf(html: string): string {
  const [, main] = /<main id="main"><div class="sheet">\n([\s\S]*)<\/div><\/main>/.exec(html) ?? [];
  if (main === undefined) throw new Error(`the page has no <main>: ${html.slice(0, 400)}`);
  return main;
}
