import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BranchStore, openBranchStore } from "@foyer/branch-store";
import type { CodeChannel, CoovaNas } from "@foyer/contract";
import { startPortal } from "@foyer/portal";
import { handOff } from "@foyer/portal/test/open-portal";
import { startSyncAgent } from "@foyer/sync-agent";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { COUNTRY, demoBranchDocument, TIME_ZONE } from "../demo/branch.ts";
import { type AddedBox, enrolBox } from "./enrol.ts";
import { askUntil, type TestCloud } from "./test-cloud.ts";
import { openUplink, type Uplink } from "./uplink.ts";

const HOST = "127.0.0.1";
const NAS_ID = "01990000-0000-7000-8000-000000000130";
const POLICY_ID = "01990000-0000-7000-8000-000000000131";
const SECRETS = { radius: "radius-secret-of-a-test", uam: "uam-secret-of-a-test" };
const ACCESS_POINT = "http://10.10.0.1:3990";

/** A provider that keeps what it is given, and answers as it is told. */
export type Provider = {
  url: string;
  messages: { to: string; text: string }[];
  answer: { status: number; delayMilliseconds: number };
};

export async function openProvider(): Promise<Provider> {
  const provider: Provider = {
    url: "",
    messages: [],
    answer: { status: 200, delayMilliseconds: 0 },
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    provider.messages.push(JSON.parse(Buffer.concat(chunks).toString()));
    const { status, delayMilliseconds } = provider.answer;
    setTimeout(() => response.writeHead(status).end('{"id":"m-1"}'), delayMilliseconds);
  });
  server.listen(0, HOST);
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  provider.url = `http://${HOST}:${(server.address() as AddressInfo).port}/send`;
  return provider;
}

export type Sender = { id: string };

/** A sender of the cloud's at a provider. */
export function addGateway(cloud: TestCloud, provider: Provider, name = "SMS"): Promise<Sender> {
  return cloud.get("POST", "/api/v1/senders", {
    ...{ name, kind: "http-gateway", secrets: {} },
    settings: {
      ...{ url: provider.url, method: "POST", contentType: "application/json" },
      ...{ body: '{"to":"{{phone}}","text":"{{text}}"}', statusMin: "200", statusMax: "299" },
    },
  });
}

/** A guest's browser at the portal; what it shows is in words. */
export type GuestBrowser = {
  words: () => string;
  url: () => string;
  /** The access point leads the browser to the portal. */
  arrive: () => Promise<void>;
  /** What the form on the page needs for a yes to the terms. */
  terms: () => string;
  /** The page after access, to which the access point leads whoever it has let in. */
  openOnline: () => Promise<void>;
  askForCode: (phone: string) => Promise<void>;
  /** Follows the page's own refresh, as browsers do, until it shows these words. */
  waitFor: (words: string) => Promise<void>;
  submit: (action: string, fields: Record<string, string>) => Promise<number>;
};

export type CodeSite = {
  branchId: string;
  store: BranchStore;
  uplink: Uplink;
  browser: () => GuestBrowser;
  /** By what the branch's codes go: the cloud's senders, then a gateway of the box's own. */
  useSenders: (senders: readonly Sender[], options?: ChainOptions) => Promise<void>;
};
export type ChainOptions = {
  timeoutSeconds?: number;
  messagesPerDay?: number | null;
  /** What the box itself asks while the cloud is out of reach. */
  own?: Sender;
};

type Versioned = { version: number };

/** A branch whose portal, agent and cloud are whole. */
export async function openCodeSite(
  cloud: TestCloud,
  {
    channels = [{ kind: "outbox" }],
    takesMemberCodes = false,
  }: { channels?: readonly CodeChannel[]; takesMemberCodes?: boolean } = {},
): Promise<CodeSite> {
  const place = { name: "Test", timeZone: TIME_ZONE, country: COUNTRY, languages: ["en"] };
  const { id: branchId } = await cloud.get<{ id: string }>("POST", "/api/v1/branches", place);
  const boxes = `/api/v1/branches/${branchId}/boxes`;
  const added = await cloud.get<AddedBox>("POST", boxes, { name: "Box" });
  const { boxKey, ...enrolled } = await enrolBox(added);
  const uplink = await openUplink(cloud.origin);
  const identity = { ...enrolled, cloudUrl: uplink.url };
  const stateFolder = mkdtempSync(join(tmpdir(), "foyer-codes-"));
  writeFileSync(join(stateFolder, "box.json"), JSON.stringify(identity));
  const clock = cloud.now;
  const store = openBranchStore({ folder: stateFolder, identity, clock });
  const agent = await startSyncAgent({ identity, boxKey, store, clock, logLevel: "silent" });
  const portal = await startPortal({
    ...{ stateFolder, store, host: HOST, port: 0, clock, log: pino({ level: "silent" }) },
    ...{ findMacOfAddress: async () => null },
  });
  onTestFinished(async () => {
    await portal.close();
    await agent.close();
    uplink.close();
    store.close();
    rmSync(stateFolder, { recursive: true });
  });
  const document = demoBranchDocument({
    ...{ branchId, secrets: SECRETS, disconnectPort: 9, channels },
    ...{ uamServer: `${portal.origin}/portal`, accessPointOrigin: ACCESS_POINT },
    ids: { nas: NAS_ID, policy: POLICY_ID, firstPage: NAS_ID, returningPage: POLICY_ID },
  });
  const nas = { ...(document.nas[0] as CoovaNas), source: "10.99.0.1" };
  await cloud.get("PUT", `/api/v1/branches/${branchId}/settings`, {
    ...document,
    signIn: { ...document.signIn, landingUrl: null, member: { enabled: takesMemberCodes } },
    nas: [nas],
  });
  const isInForce = async () => {
    const path = `/api/v1/branches/${branchId}/code-channels`;
    const { version } = await cloud.get<Versioned>("GET", path);
    const held = () =>
      store.read((tx) => tx.sql("select max(version) as version from settings").get()) as {
        version: number | null;
      };
    await askUntil(held, (row) => row.version === version);
  };
  await isInForce();
  let guests = 0;
  return {
    branchId,
    store,
    uplink,
    browser: () => {
      guests += 1;
      return openBrowser(portal.origin, nas, guests);
    },
    useSenders: async (senders, { timeoutSeconds = 30, messagesPerDay = null, own } = {}) => {
      const path = `/api/v1/branches/${branchId}/code-channels`;
      const { version } = await cloud.get<Versioned>("GET", path);
      const steps = senders.map(({ id: senderId }) => ({ senderId, timeoutSeconds }));
      const whose = own && { ownSenderId: own.id };
      const limits = { messagesPerDay, numbersFrom: [] };
      await cloud.get("PUT", path, { version, steps, ...whose, ...limits });
      await isInForce();
    },
  };
}

function openBrowser(origin: string, nas: CoovaNas, guest: number): GuestBrowser {
  const mac = `02-AA-BB-CC-01-${guest.toString(16).padStart(2, "0").toUpperCase()}`;
  let page: { url: string; html: string; location: string | null } = {
    ...{ url: "", html: "", location: null },
  };
  const words = () => page.html.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
  const go = async (url: string, body?: URLSearchParams) => {
    const answer = await fetch(new URL(url, origin), {
      ...(body ? { method: "POST", body } : {}),
      redirect: "manual",
      headers: { "accept-language": "en" },
    });
    const location = answer.headers.get("location");
    if (location?.startsWith("/")) return await go(location);
    page = { url, html: await answer.text(), location };
    return answer.status;
  };
  const field = (name: string) => {
    const found = new RegExp(`name="${name}" value="([^"]+)"`).exec(page.html);
    return found?.[1] ?? "";
  };
  const submit: GuestBrowser["submit"] = (action, fields) =>
    go(action, new URLSearchParams({ c: field("c"), ...fields }));
  const arrive = async () => {
    const challenge = "00".repeat(15) + guest.toString(16).padStart(2, "0");
    await go(handOff(nas, { mac, ip: HOST, challenge }));
  };
  return {
    words,
    url: () => page.url,
    submit,
    arrive,
    terms: () => field("terms"),
    openOnline: async () => {
      const asked = new URL(page.location ?? "").searchParams.get("userurl") ?? "";
      const { pathname, search } = new URL(asked);
      await go(pathname + search);
    },
    askForCode: async (phone) => {
      await arrive();
      await submit("/phone", { phone, terms: field("terms") });
    },
    waitFor: async (expected) => {
      const until = Date.now() + 40_000;
      while (!words().includes(expected)) {
        const refresh = /http-equiv="refresh" content="[0-9.]+;url=([^"]+)"/.exec(page.html)?.[1];
        if (!refresh || Date.now() > until)
          throw new Error(`waited for "${expected}"; the page says: ${words().slice(-600)}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await go(refresh.replaceAll("&amp;", "&"));
      }
    },
  };
}

/** The six digits of a message. */
export function digitsOf(message: { text: string } | undefined): string {
  const digits = /\b[0-9]{6}\b/.exec(message?.text ?? "")?.[0];
  if (!digits) throw new Error("no message with six digits was sent");
  return digits;
}
