import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { BOX_API, type PullReply, type PushReply } from "@foyer/contract";
import { inject } from "vitest";
import type { CertificateSettings } from "../src/platform/certificate-settings.ts";
import type { MailConfig } from "../src/platform/mailer.ts";
import { withClient } from "../src/platform/roles.ts";
import type { ScannerAddress } from "../src/platform/virus-scan.ts";
import { startCloud } from "../src/start.ts";
import { type Enrolled, enrolByCode, signBoxCall } from "./box-calls.ts";
import { makeTestBox, type TestBox } from "./test-box.ts";
import { createTestDatabase } from "./test-database.ts";

export type Answer = { status: number; body: unknown };

/** Somebody of the staff, signed in, in a browser of their own. */
export type TestStaff = {
  tenantId: string;
  email: string;
  password: string;
  request: (method: string, path: string, body?: unknown) => Promise<Answer>;
  /** Sends a file's bytes. */
  upload: (path: string, bytes: Uint8Array) => Promise<Answer>;
  /** The answer to a GET that must succeed, of the type the caller expects. */
  get: <Reply>(path: string) => Promise<Reply>;
  download: (path: string) => Promise<{ status: number; bytes: Buffer }>;
  addBranch: (branch?: { name?: string; timeZone?: string }) => Promise<{ id: string }>;
  addBox: (branchId: string) => Promise<EnrolledBox>;
};

/** A box with its key, that speaks to the cloud as the sync agent does. */
export type EnrolledBox = TestBox & {
  boxKey: string;
  push: (events: readonly unknown[]) => Promise<PushReply>;
  /** Any other call of the box's API. */
  call: (path: string, body: unknown) => Promise<Answer>;
  pull: (held?: {
    settings?: number;
    guests?: number;
    guestsMark?: string;
    commands?: number;
    codes?: number;
    guestsPage?: string;
    boxCommands?: number;
    settingsParts?: string;
    sealingKey?: string;
    coupons?: number;
    epoch?: string;
  }) => Promise<PullReply | null>;
};

/** The whole cloud on a database of its own, asked over HTTP as browsers and boxes do. */
export type TestSite = {
  origin: string;
  /** The operator's one-time link, while nobody has an account. */
  firstSignInUrl: string | null;
  /** Its operator, and the owner of its first company: also where an address has to be proved. */
  addFirst: (tenantName: string) => Promise<TestStaff>;
  /** A new company and its owner. */
  addOwner: (tenantName?: string) => Promise<TestStaff>;
  /** Somebody invited into an owner's company, who may look and change nothing. */
  addViewer: (owner: TestStaff) => Promise<TestStaff>;
  /** Somebody invited as manager of some branches, or of a brand. */
  addStaffOf: (owner: TestStaff, of: string[] | { brandId: string }) => Promise<TestStaff>;
  /** Somebody invited with a role of the company's own, which holds these permissions everywhere. */
  addStaffWith: (owner: TestStaff, permissions: string[]) => Promise<TestStaff>;
  /** Events of a tenant's log in their order, of types as SQL's `like` has them. */
  listEvents: (
    tenantId: string,
    types: string,
  ) => Promise<{ type: string; payload: Record<string, unknown> }[]>;
  /** How many erasable rows of a tenant's log hold a text. */
  countPersonal: (tenantId: string, text: string) => Promise<number>;
  /** What only somebody with the database's own password can do: to break something. */
  asAdministrator: (statement: string, values: readonly unknown[]) => Promise<void>;
  readAsAdministrator: <Row>(statement: string, values: readonly unknown[]) => Promise<Row[]>;
  /** The same in a transaction that is held open over some work. */
  holdAsAdministrator: <T>(
    statement: string,
    values: readonly unknown[],
    work: () => Promise<T>,
  ) => Promise<T>;
  passSeconds: (seconds: number) => void;
  now: () => Date;
  /** When its clock began. */
  startedAt: Date;
  close: () => Promise<void>;
};

export async function openTestSite(
  options: {
    startsAt?: Date;
    mail?: MailConfig;
    certificates?: CertificateSettings;
    scanner?: ScannerAddress;
    /** PEM: by which releases of the box are announced. */
    releaseKey?: string;
  } = {},
): Promise<TestSite> {
  // The roles belong to the whole server: every site of the run has to know their passwords.
  const secret = inject("foyerDatabaseSecret") || "no-password-is-asked-for";
  const serverUrl = inject("foyerDatabaseUrl");
  const { administratorUrl, drop } = await createTestDatabase({ serverUrl, secret });
  const dataFolder = mkdtempSync(join(tmpdir(), "foyer-site-"));
  writeFileSync(join(dataFolder, "database-secret"), secret);
  const began = Date.now();
  let passed = 0;
  const start = options.startsAt?.getTime() ?? began;
  const now = () => new Date(start + (Date.now() - began) + passed * 1000);
  const cloud = await startCloud({
    host: "127.0.0.1",
    port: 0,
    origin: null,
    dataFolder,
    databaseUrl: administratorUrl,
    role: "all",
    selfSignUp: true,
    privateGateways: true,
    mail: options.mail ?? null,
    certificates: options.certificates ?? null,
    scanner: options.scanner ?? null,
    releaseKey: options.releaseKey ?? null,
    logLevel: "silent",
    clock: now,
  });
  let owners = 0;
  return {
    origin: cloud.origin,
    firstSignInUrl: cloud.firstSignInUrl,
    addFirst: (tenantName) => addFirst(cloud.origin, { tenantName, link: cloud.firstSignInUrl }),
    now,
    startedAt: new Date(start),
    passSeconds: (seconds) => {
      passed += seconds;
    },
    addOwner: (tenantName = "Cà phê Sông Hương") => {
      owners += 1;
      return addOwner(cloud.origin, { tenantName, email: `owner${owners}@example.test` });
    },
    addViewer: (owner) => {
      owners += 1;
      const grant = { role: "viewer", scope: { kind: "tenant" } };
      return addInvited(cloud.origin, { owner, grant, email: `viewer${owners}@example.test` });
    },
    addStaffOf: (owner, of) => {
      owners += 1;
      const scope = Array.isArray(of)
        ? { kind: "branches", branchIds: of }
        : { kind: "brand", ...of };
      const grant = { role: "manager", scope };
      return addInvited(cloud.origin, { owner, grant, email: `manager${owners}@example.test` });
    },
    addStaffWith: async (owner, permissions) => {
      owners += 1;
      const email = `own-role${owners}@example.test`;
      const role = await owner.request("POST", "/api/v1/roles", { name: email, permissions });
      const { id: ownRoleId } = role.body as { id: string };
      const grant = { role: null, ownRoleId, scope: { kind: "tenant" } };
      return addInvited(cloud.origin, { owner, grant, email });
    },
    listEvents: (tenantId, types) =>
      withClient(administratorUrl, async (client) => {
        const found = await client.query(
          `select type, payload from events where tenant_id = $1 and type like $2
           order by position`,
          [tenantId, types],
        );
        return found.rows;
      }),
    countPersonal: (tenantId, text) =>
      withClient(administratorUrl, async (client) => {
        const found = await client.query(
          `select count(*)::integer as count from event_personal
           where tenant_id = $1 and position($2 in fields::text) > 0`,
          [tenantId, text],
        );
        return found.rows[0].count;
      }),
    asAdministrator: (statement, values) =>
      withClient(administratorUrl, async (client) => {
        await client.query(statement, [...values]);
      }),
    readAsAdministrator: <Row>(statement: string, values: readonly unknown[]) =>
      withClient(administratorUrl, async (client) => {
        const { rows } = await client.query(statement, [...values]);
        return rows as Row[];
      }),
    holdAsAdministrator: (statement, values, work) =>
      withClient(administratorUrl, async (client) => {
        await client.query("begin");
        await client.query(statement, [...values]);
        const done = await work();
        await client.query("commit");
        return done;
      }),
    close: async () => {
      await cloud.close();
      await drop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

type Offer = { enrolmentCode: string };

const PASSWORD = "a long enough password for a test";

async function addOwner(
  origin: string,
  owner: { tenantName: string; email: string },
): Promise<TestStaff> {
  const browser = openBrowser(origin);
  const person = { name: "Owner", password: PASSWORD, language: "vi" };
  const path = "/api/v1/sign-up";
  const { tenantId } = await browser.ok<Entered>("POST", path, { ...owner, ...person });
  return toStaff(origin, browser, { tenantId, email: owner.email });
}

async function addFirst(
  origin: string,
  { tenantName, link }: { tenantName: string; link: string | null },
): Promise<TestStaff> {
  const browser = openBrowser(origin);
  const token = new URL(link ?? "").searchParams.get("token");
  const email = "first@example.test";
  const person = { token, email, name: "Owner", password: PASSWORD, language: "vi", tenantName };
  const { tenantId } = await browser.ok<Entered>("POST", "/api/v1/first-sign-in", person);
  return toStaff(origin, browser, { tenantId, email });
}

async function addInvited(
  origin: string,
  { owner, email, grant }: { owner: TestStaff; email: string; grant: object },
): Promise<TestStaff> {
  const invited = await owner.request("POST", "/api/v1/invitations", {
    grants: [{ ownRoleId: null, ...grant }],
  });
  const { url } = invited.body as { url: string };
  const token = new URL(url).searchParams.get("token");
  const browser = openBrowser(origin);
  const person = { token, email, name: "Viewer", password: PASSWORD, language: "vi" };
  await browser.ok("POST", "/api/v1/first-sign-in", person);
  return toStaff(origin, browser, { tenantId: owner.tenantId, email });
}

type Entered = { tenantId: string };
type TestBrowser = Pick<TestStaff, "request" | "upload" | "download"> & {
  ok: <Reply>(method: string, path: string, body?: unknown) => Promise<Reply>;
};

function openBrowser(origin: string): TestBrowser {
  let cookie = "";
  const jar = new Map<string, string>();
  const request: TestStaff["request"] = async (method, path, body) => {
    const answer = await fetch(`${origin}${path}`, {
      method,
      headers: {
        origin,
        cookie,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const given of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (given.split(";")[0] ?? "").split("=");
      jar.set(name, value);
    }
    cookie = [...jar].map((pair) => pair.join("=")).join("; ");
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
  };
  const ok = async <Reply>(method: string, path: string, body?: unknown): Promise<Reply> => {
    const answer = await request(method, path, body);
    if (answer.status < 300) return answer.body as Reply;
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  };
  const upload: TestStaff["upload"] = async (path, bytes) => {
    const headers = { origin, cookie, "content-type": "application/octet-stream" };
    const body = new Blob([Uint8Array.from(bytes)]);
    const answer = await fetch(`${origin}${path}`, { method: "POST", headers, body });
    return { status: answer.status, body: await answer.json() };
  };
  const download: TestStaff["download"] = async (path) => {
    const answer = await fetch(`${origin}${path}`, { headers: { origin, cookie } });
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  };
  return { request, upload, download, ok };
}

function toStaff(
  origin: string,
  { ok, ...browser }: TestBrowser,
  { tenantId, email }: { tenantId: string; email: string },
): TestStaff {
  return {
    ...browser,
    tenantId,
    email,
    password: PASSWORD,
    get: (path) => ok("GET", path),
    addBranch: ({ name = "Hồ Gươm", timeZone = "Asia/Ho_Chi_Minh" } = {}) =>
      ok("POST", "/api/v1/branches", { name, timeZone, country: "VN", languages: ["vi", "en"] }),
    addBox: async (branchId) => {
      const path = `/api/v1/branches/${branchId}/boxes`;
      const { offer } = await ok<{ offer: Offer }>("POST", path, { name: "Box" });
      return speakAsBox(origin, await enrolByCode(origin, offer.enrolmentCode));
    },
  };
}

export function speakAsBox(
  origin: string,
  { boxKey, tenantId, branchId, boxId }: Enrolled,
): EnrolledBox {
  const box = makeTestBox({ tenantId, branchId, boxId });
  return {
    ...box,
    boxKey,
    push: async (events) => {
      const content = gzipSync(JSON.stringify({ epoch: box.epoch, events }));
      const call = { method: "POST", target: BOX_API.events, content } as const;
      const signed = signBoxCall(boxKey, { ...call, contentEncoding: "gzip" });
      const answer = await fetch(`${origin}${call.target}`, {
        method: "POST",
        headers: { ...signed, "content-type": "application/json" },
        body: content,
      });
      if (answer.status !== 200) throw new Error(`push: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as PushReply;
    },
    call: async (path, body) => {
      const content = JSON.stringify(body);
      const signed = signBoxCall(boxKey, { method: "POST", target: path, content });
      const headers = { ...signed, "content-type": "application/json" };
      const answer = await fetch(`${origin}${path}`, { method: "POST", headers, body: content });
      const text = await answer.text();
      return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
    },
    pull: async ({ settings = 0, guests = 0, commands = 0, codes = 0, ...pages } = {}) => {
      const held = { settings, guests, commands, codes, epoch: box.epoch, ...pages, wait: 0 };
      const query = new URLSearchParams(
        Object.entries(held).map(([key, value]) => [key, String(value)]),
      );
      const target = `${BOX_API.pull}?${query}`;
      const headers = signBoxCall(boxKey, { method: "GET", target });
      const answer = await fetch(`${origin}${target}`, { headers });
      if (answer.status === 204) return null;
      if (answer.status !== 200) throw new Error(`pull: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as PullReply;
    },
  };
}

/** Patience, not a bar: a machine that others want too lets all features follow several times as late. */
const PATIENCE_MILLISECONDS = 60_000;

/** Asks until the answer is as it should be; the last answer is what the test then judges. */
export async function askUntil<T>(
  ask: () => Promise<T>,
  isRight: (answer: T) => boolean,
  milliseconds = PATIENCE_MILLISECONDS,
): Promise<T> {
  const until = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (isRight(answer) || Date.now() > until) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
