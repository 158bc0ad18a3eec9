import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { applySettings, type BranchStore } from "@foyer/branch-store";
import type { BranchSettings, CoovaNas } from "@foyer/contract";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { buildPortal } from "../src/app.ts";
import { openLog } from "../src/log.ts";
import { openMemberFiles } from "../src/member/files.ts";
import { readOrMakeKey } from "../src/sealed.ts";
import { openTimedStore } from "../src/start.ts";

const require = createRequire(import.meta.url);
/** Where the load's browsers are. */
const HERE = "127.0.0.1";
const FORM = "application/x-www-form-urlencoded";

export type BenchBranch = {
  app: FastifyInstance;
  store: BranchStore;
  nas: CoovaNas;
  /** The NAS's redirect of a device, as a path of the portal. */
  handOffOf: (mac: string) => string;
  textOf: typeof textOf;
  /** The same as below, by a browser with headers of its own; `keep` is told of each answer. */
  walk: (how: Walk) => Pick<BenchBranch, "askForCode" | "signIn">;
  /** A newcomer asks for a code: where the page is on which they type it. */
  askForCode: (mac: string, phone: string) => Promise<string>;
  /** Signs a newcomer in by phone, up to the page after access. */
  signIn: (mac: string, phone: string) => Promise<{ onlineUrl: string }>;
};

/** A branch with a signing NAS in a folder of its own, and its whole portal, which listens at `origin`. */
export async function openBenchBranch(
  folder: string,
  originOf: () => string,
): Promise<BenchBranch> {
  const settings: BranchSettings = structuredClone(
    require("@foyer/contract/fixtures/settings/branch-settings.json"),
  );
  const nas: CoovaNas = {
    ...{ kind: "coova", id: "0199f000-0000-7000-8000-000000000001", name: "Counter" },
    ...{ source: "10.99.0.1", radiusSecret: randomBytes(12).toString("hex") },
    ...{ uamSecret: randomBytes(12).toString("hex"), uamServer: "http://portal.example/portal" },
    ...{ loginOrigins: ["http://10.10.0.1:3990"], nasIdentifier: "counter" },
    ...{ handBack: "pap", disconnectPort: null },
  };
  Object.assign(settings, { nas: [nas] });
  settings.signIn.phone = {
    ...settings.signIn.phone,
    ...{ channels: [{ kind: "outbox" }], messagesPerPhoneHour: 20 },
    ...{ messagesPerDeviceHour: 20, messagesPerBranchHour: 10_000, messagesPerBranchDay: 10_000 },
    // The load is one address, and its numbers lie close together.
    ...{ messagesPerAddressHour: 10_000, messagesPerPrefixHour: 10_000 },
  };
  const identity = {
    ...{ tenantId: settings.tenantId, branchId: settings.branch.id },
    boxId: "01990000-0000-7000-8000-000000000003",
  };
  writeFileSync(
    join(folder, "box.json"),
    JSON.stringify({ ...identity, cloudUrl: "http://127.0.0.1:1" }),
  );
  // As the portal's own process has it: in the box's time.
  const { store, ...time } = openTimedStore({ stateFolder: folder });
  store.transaction((tx) => applySettings(tx, settings));
  const app = await buildPortal({
    ...{ store, key: readOrMakeKey(folder), originOf, log: openLog("silent") },
    ...time,
    findMacOfAddress: async () => null,
    memberFiles: openMemberFiles({ stateFolder: folder, certificateFile: null, signing: null }),
  });
  const handOffOf = (mac: string) => signRedirect(nas, mac);
  const walk = (how: Walk) => openWalk(app, handOffOf, how);
  const plain = { headers: {}, keep: () => {} };
  return { app, store, nas, handOffOf, textOf, walk, ...walk(plain) };
}

/** As CoovaChilli signs: see deploy/demo/uam.ts. */
function signRedirect(nas: CoovaNas, mac: string): string {
  const query = new URLSearchParams({
    ...{ res: "notyet", uamip: "10.10.0.1", uamport: "3990", mac, ip: HERE },
    ...{ challenge: randomBytes(16).toString("hex"), nasid: nas.nasIdentifier },
  }).toString();
  const signed = `${nas.uamServer}?${query}${nas.uamSecret}`;
  const md = createHash("md5").update(signed).digest("hex").toUpperCase();
  return `/portal?${query}&md=${md}`;
}

export type Walk = { headers: Record<string, string>; keep: (answer: Answer) => void };
type Answer = LightMyRequestResponse;

/** The words of an answer, compressed or not. */
export const textOf = ({ headers, rawPayload }: Answer): string =>
  (headers["content-encoding"] === "gzip" ? gunzipSync(rawPayload) : rawPayload).toString();

/** A browser that keeps nothing, up to the code page, and on to the page after access. */
function openWalk(app: FastifyInstance, handOffOf: (mac: string) => string, walk: Walk) {
  const send = async (url: string, form?: Record<string, string>) => {
    const answer = await app.inject({
      ...{ url, remoteAddress: HERE, method: form ? "POST" : "GET" },
      headers: { ...walk.headers, ...(form && { "content-type": FORM }) },
      ...(form && { payload: new URLSearchParams(form).toString() }),
    });
    walk.keep(answer);
    return { html: textOf(answer), location: answer.headers.location };
  };
  const hiddenIn = (html: string) => /name="c" value="([^"]+)"/.exec(html)?.[1] ?? "";
  const post = async (url: string, form: Record<string, string>): Promise<string> => {
    const { html, location } = await send(url, form);
    if (typeof location !== "string") throw new Error(`${url} leads nowhere: ${html.slice(-600)}`);
    return location;
  };
  const askForCode = async (mac: string, phone: string) => {
    const { html } = await send(handOffOf(mac));
    const terms = /name="terms" value="([^"]+)"/.exec(html)?.[1] ?? "";
    return post("/phone", { c: hiddenIn(html), phone, terms });
  };
  const signIn = async (mac: string, phone: string) => {
    const codePage = await send(await askForCode(mac, phone));
    const outbox = await app.inject({ url: "/outbox", headers: { accept: "application/json" } });
    const messages: { phone: string; code: string }[] = outbox.json().messages;
    const code = messages.find((each) => each.phone.endsWith(phone.slice(1)))?.code ?? "";
    const details = await send(await post("/code", { c: hiddenIn(codePage.html), code }));
    const back = await post("/details", { c: hiddenIn(details.html), name: "Lan" });
    const landing = new URL(new URL(back).searchParams.get("userurl") ?? "");
    const onlineUrl = landing.pathname + landing.search;
    await send(onlineUrl);
    return { onlineUrl };
  };
  return { askForCode, signIn };
}
