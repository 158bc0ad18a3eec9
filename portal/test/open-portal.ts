import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  applySettings,
  type BranchStore,
  findEpoch,
  findTicket,
  listUnsent,
  type MachineClock,
} from "@foyer/branch-store";
import type { BranchSettings, CoovaNas, EventType, KnownEvent, Nas } from "@foyer/contract";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { onTestFinished } from "vitest";
import { buildPortal } from "../src/app.ts";
import { openLog } from "../src/log.ts";
import { openMemberFiles } from "../src/member/files.ts";
import type { SigningFiles } from "../src/member/sign-profile.ts";
import type { NasAdapter } from "../src/nas/index.ts";
import { readOrMakeKey } from "../src/sealed.ts";
import { openTimedStore } from "../src/start.ts";

const require = createRequire(import.meta.url);
export const ORIGIN = "http://10.1.0.2:8080";
export const GUEST_IP = "10.10.0.92";
export const MAC = "02-AA-BB-CC-00-01";
const NAS_ORIGIN = "http://10.10.0.1:3990";

export const signedNas: CoovaNas = {
  kind: "coova",
  id: "0199f000-0000-7000-8000-000000000001",
  name: "Counter",
  source: "10.99.0.1",
  radiusSecret: "radius-secret",
  uamSecret: "uam-secret-of-the-counter",
  uamServer: `${ORIGIN}/portal`,
  loginOrigins: [NAS_ORIGIN],
  nasIdentifier: "counter",
  handBack: "pap",
  disconnectPort: null,
};

/** A NAS that signs nothing: whatever it says of a MAC, the guest can write as well. */
export const unsignedNas: CoovaNas = {
  ...signedNas,
  id: "0199f000-0000-7000-8000-000000000002",
  name: "Garden",
  uamSecret: "",
  nasIdentifier: "garden",
};

export type TestPortal = {
  /** The box's state folder. */
  folder: string;
  app: FastifyInstance;
  store: BranchStore;
  settings: BranchSettings;
  logLines: string[];
  urls: string[];
  printed: string[];
  /** Moves the portal's clock. */
  pass(seconds: number): void;
  change(work: (settings: BranchSettings) => void): void;
  browser(options?: BrowserOptions): Browser;
  events<T extends EventType>(type: T): Extract<KnownEvent, { type: T }>[];
};

export type OpenOptions = {
  settings?: (settings: BranchSettings) => void;
  isEnrolled?: boolean;
  findMacOfAddress?: (address: string) => Promise<string | null>;
  /** What speaks with a NAS, in the place of its kind's adapter. */
  adapterOf?: (nas: Nas) => NasAdapter;
  /** With what profiles are signed. */
  signing?: SigningFiles;
  /** How long the answer to a wrong guess is held back; absent: it is given at once. */
  wrongAnswerMilliseconds?: number;
  /** Goes by a machine's clocks, in the box's own time. */
  machine?: MachineClock;
};

/** A whole portal on a store of its own, with a clock that stands still until it is moved. */
export async function openTestPortal(options: OpenOptions = {}): Promise<TestPortal> {
  const settings: BranchSettings = structuredClone(
    require("@foyer/contract/fixtures/settings/branch-settings.json"),
  );
  Object.assign(settings, { nas: [signedNas, unsignedNas] });
  settings.signIn.phone.channels = [{ kind: "outbox" }];
  options.settings?.(settings);
  const folder = mkdtempSync(join(tmpdir(), "foyer-portal-"));
  let now = Date.parse("2026-03-01T02:00:00Z");
  const clock = () => new Date(now);
  const identity = {
    tenantId: settings.tenantId,
    branchId: settings.branch.id,
    boxId: "01990000-0000-7000-8000-000000000003",
  };
  writeFileSync(join(folder, "box.json"), JSON.stringify({ ...identity, cloudUrl: ORIGIN }));
  const { machine } = options;
  const { store, ...time } = openTimedStore({
    stateFolder: folder,
    ...(machine ? { machine } : { clock }),
  });
  if (options.isEnrolled !== false) store.transaction((tx) => applySettings(tx, settings));
  const logLines: string[] = [];
  const urls: string[] = [];
  const printed: string[] = [];
  const app = await buildPortal({
    store,
    key: readOrMakeKey(folder),
    originOf: () => ORIGIN,
    log: openLog("debug", { write: (line) => void logLines.push(line) }),
    ...time,
    print: (line) => void printed.push(line),
    findMacOfAddress: options.findMacOfAddress ?? (async () => null),
    wrongAnswerMilliseconds: options.wrongAnswerMilliseconds ?? 0,
    ...(options.adapterOf ? { adapterOf: options.adapterOf } : {}),
    memberFiles: openMemberFiles({
      ...{ stateFolder: folder, certificateFile: null, signing: options.signing ?? null },
    }),
  });
  onTestFinished(async () => {
    await app.close();
    store.close();
    rmSync(folder, { recursive: true });
  });
  const portal: TestPortal = {
    folder,
    app,
    store,
    settings,
    logLines,
    urls,
    printed,
    pass: (seconds) => {
      now += seconds * 1000;
    },
    change: (work) => {
      work(settings);
      settings.version += 1;
      store.transaction((tx) => applySettings(tx, settings));
    },
    browser: (browserOptions) => openBrowser(portal, browserOptions ?? {}),
    events: (type) =>
      store
        .read((tx) => listUnsent(tx, { afterSeq: 0, limit: 500 }))
        .filter((event) => event.type === type) as never,
  };
  return portal;
}

export type BrowserOptions = {
  mac?: string;
  ip?: string;
  nas?: CoovaNas;
  language?: string;
  keepsCookies?: boolean;
  /** What it keeps from before, of portals that are called the same. */
  cookies?: Record<string, string>;
};

export type Shown = {
  status: number;
  html: string;
  /** The words of the page, without its markup. */
  words: string;
  location: string | null;
  headers: LightMyRequestResponse["headers"];
};

/** A mini-browser: no script, no storage; it follows redirects within the portal and posts forms. */
export type Browser = ReturnType<typeof openBrowser>;

function openBrowser(portal: TestPortal, options: BrowserOptions) {
  const { mac = MAC, ip = GUEST_IP, nas = signedNas, language = "en" } = options;
  const cookies = new Map<string, string>(Object.entries(options.cookies ?? {}));
  let page: Shown | null = null;

  const send = async (method: "GET" | "POST", url: string, form?: Record<string, string>) => {
    portal.urls.push(url);
    const response = await portal.app.inject({
      method,
      url,
      remoteAddress: ip,
      headers: {
        "accept-language": language,
        "user-agent": options.keepsCookies ? "Mozilla/5.0 Safari/605.1.15" : "Mozilla/5.0 Mobile",
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(form ? { "content-type": "application/x-www-form-urlencoded" } : {}),
      },
      ...(form ? { payload: new URLSearchParams(form).toString() } : {}),
    });
    if (options.keepsCookies)
      for (const cookie of response.cookies) cookies.set(cookie.name, cookie.value);
    const location = (response.headers.location as string | undefined) ?? null;
    if (location !== null) portal.urls.push(location);
    return {
      status: response.statusCode,
      html: response.body,
      words: wordsOf(response.body),
      location,
      headers: response.headers,
    };
  };

  const follow = async (shown: Shown): Promise<Shown> => {
    const { location } = shown;
    if (location === null || /^https?:/.test(location)) return shown;
    return follow(await send("GET", location));
  };

  const browser = {
    cookies: () => Object.fromEntries(cookies),
    /** What the page holds now. */
    get page(): Shown {
      if (!page) throw new Error("nothing was opened yet");
      return page;
    },
    async open(url: string) {
      page = await follow(await send("GET", url));
      return page;
    },
    /** The NAS leads the browser to the portal. */
    arrive: (state: Record<string, string> = {}) =>
      browser.open(handOff(nas, { mac, ip, ...state })),
    /** Fills the form with this action and sends it; hidden fields go along. */
    async submit(action: string, fields: Record<string, string> = {}) {
      page = await follow(await browser.post(action, fields));
      return page;
    },
    /** As submit, but does not follow and keeps the page: for posting the same twice. */
    post(action: string, fields: Record<string, string> = {}) {
      const inputs = browser.page.html.matchAll(
        /<input type="hidden" name="([^"]+)" value="([^"]+)"/g,
      );
      const hidden = Object.fromEntries([...inputs].map(([, name, value]) => [name, value]));
      return send("POST", action, { ...hidden, ...fields });
    },
    async click(words: string) {
      const links = [...browser.page.html.matchAll(/<a\b[^>]*href="([^"]+)"[^>]*>([^<]*)/g)];
      const href = links.find(([, , text]) => text?.includes(words))?.[1];
      if (!href) throw new Error(`the page has no link "${words}"`);
      return browser.open(href.replaceAll("&amp;", "&"));
    },
    /** The value of a box to tick. */
    tick(purpose: string): string {
      const value = new RegExp(`name="${purpose}" value="([^"]+)"`).exec(browser.page.html)?.[1];
      if (!value) throw new Error(`the page has no box for ${purpose}`);
      return value;
    },
    askForCode: (phone: string) =>
      browser.submit("/phone", { phone, terms: browser.tick("terms") }),
  };
  return browser;
}

/** The redirect of a CoovaChilli, signed as that NAS would. */
export function handOff(nas: CoovaNas, fields: Record<string, string>): string {
  const query = new URLSearchParams({
    res: "notyet",
    uamip: "10.10.0.1",
    uamport: "3990",
    challenge: randomBytes(16).toString("hex"),
    nasid: nas.nasIdentifier,
    ...fields,
  }).toString();
  if (nas.uamSecret === "") return `/portal?${query}`;
  const signed = `${nas.uamServer}?${query}${nas.uamSecret}`;
  const md = createHash("md5").update(signed).digest("hex").toUpperCase();
  return `/portal?${query}&md=${md}`;
}

/** The newest code in the outbox page. */
export async function readCode(portal: TestPortal, phone?: string): Promise<string> {
  const response = await portal.app.inject({
    url: "/outbox",
    headers: { accept: "application/json" },
  });
  const messages: { phone: string; code: string }[] = response.json().messages;
  const message = messages.find((each) => !phone || each.phone === phone);
  if (!message) throw new Error("no message was sent");
  return message.code;
}

export async function countMessages(portal: TestPortal): Promise<number> {
  const headers = { accept: "application/json" };
  const response = await portal.app.inject({ url: "/outbox", headers });
  return response.json().messages.length;
}

/** The ticket that a hand-back carries, as the store has it. */
export function ticketOf(portal: TestPortal, location: string | null) {
  const username = location === null ? null : new URL(location).searchParams.get("username");
  return username === null ? null : portal.store.read((tx) => findTicket(tx, username));
}

export function countTickets(portal: TestPortal): number {
  const row = portal.store.read((tx) => tx.sql("select count(*) as count from tickets").get());
  return (row as { count: number }).count;
}

export const epochOf = (portal: TestPortal) => portal.store.read(findEpoch);

function wordsOf(html: string): string {
  const body = html.slice(html.indexOf("<body>"));
  return body
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/g, " ");
}

/** Addresses without their sealed state, whose random letters spell anything sooner or later. */
export const withoutState = (urls: readonly string[]): string =>
  urls.map((url) => url.replaceAll(/([?&]|%3F|%26)c(=|%3D)[\w%.:-]+/g, "")).join("\n");
