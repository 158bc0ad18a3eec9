import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFreePortBase } from "../test/free-ports.ts";
import { type Staff, signInAgain, signInFirst } from "../test/staff.ts";
import { type Demo, startDemo } from "./demo.ts";
import { takeTelephone } from "./guests.ts";
import { portsFrom } from "./ports.ts";

const ACCOUNT = { email: "an@cafe.example", name: "An", password: "a-long-enough-password-7" };
const MENU = "https://cafe.example/menu";

type Block = { kind: string; fields: { heading?: { vi: string } } };
type Content = { name: string; blocks: Block[] };
type PageItem = { id: string; name: string; state: string; standsAt: number; mayEdit: boolean };
type Page = { revision: number; draft: Content };
type Settings = { signIn: { landingUrl: string | null }; pages: { id: string }[] };

let folder: string;
let portBase: number;
let demo: Demo;
let staff: Staff;

const start = () =>
  startDemo({
    ...{ ports: portsFrom(portBase), dataFolder: folder, guests: [] },
    say: () => {},
    onUnexpectedEnd: (reason) => {
      throw new Error(reason);
    },
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "foyer-demo-pages-"));
  portBase = await findFreePortBase();
  demo = await start();
  staff = await signInFirst(demo.firstSignInUrl ?? "", ACCOUNT);
}, 180_000);

afterAll(async () => {
  await demo?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

async function ask<T>(method: "GET" | "POST" | "PUT", path: string, body?: object): Promise<T> {
  const { origin, cookie } = staff;
  const answer = await request(`${origin}${path}`, {
    method,
    headers: { cookie, origin, "content-type": "application/json" },
    body: body ? JSON.stringify(body) : null,
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${path} answered ${answer.statusCode}: ${text}`);
  return JSON.parse(text) as T;
}

const listPages = async () => (await ask<{ pages: PageItem[] }>("GET", "/api/v1/pages")).pages;
const settingsPath = () => `/api/v1/branches/${demo.enrolment.branchId}/settings`;

/** What somebody on a new telephone is shown first. */
async function seeFirstPage(): Promise<string> {
  const { browser } = takeTelephone(demo, { language: "vi" });
  return (await browser.open(demo.accessPoint)).html;
}

/** As a marketer does: the draft is saved and put on the branch. */
async function publishHeading(pageId: string, heading: string): Promise<void> {
  const path = `/api/v1/pages/${pageId}`;
  const { revision, draft } = await ask<Page>("GET", path);
  const blocks = draft.blocks.map(({ kind, fields }) =>
    kind === "welcome"
      ? { kind, fields: { ...fields, heading: { ...fields.heading, vi: heading } } }
      : { kind, fields },
  );
  const saved = { revision, content: { ...draft, blocks } };
  const { revision: next } = await ask<Page>("PUT", `${path}/draft`, saved);
  const to = { kind: "branches", branchIds: [demo.enrolment.branchId] };
  await ask("POST", `${path}/publish`, { revision: next, to });
}

test("the pages that guests of the demonstration see are the staff's to edit and publish, and outlive a restart", async () => {
  const pages = await listPages();
  expect(pages.map(({ name }) => name).sort()).toEqual(["Lần đầu ghé quán", "Mừng bạn trở lại"]);
  for (const page of pages)
    expect(page).toMatchObject({ state: "published", standsAt: 1, mayEdit: true });
  const { pages: standing } = await ask<Settings>("GET", settingsPath());
  expect(standing.map(({ id }) => id).sort()).toEqual(pages.map(({ id }) => id).sort());
  expect(await seeFirstPage()).toContain("Rất vui được đón bạn lần đầu");

  const first = pages.find(({ name }) => name === "Lần đầu ghé quán");
  await publishHeading(first?.id ?? "", "Quán có món mới");
  await expect.poll(seeFirstPage, { timeout: 30_000 }).toContain("Quán có món mới");
  await ask("PUT", "/api/v1/destinations", { destinations: [demo.accessPoint, MENU] });
  const settings = await ask<Settings>("GET", settingsPath());
  const signIn = { ...settings.signIn, landingUrl: MENU };
  await ask("PUT", settingsPath(), { ...settings, signIn });

  await demo.stop();
  demo = await start();
  staff = await signInAgain(demo.cloud, ACCOUNT);
  expect(await listPages()).toHaveLength(2);
  await expect.poll(seeFirstPage, { timeout: 30_000 }).toContain("Quán có món mới");
  expect((await ask<Settings>("GET", settingsPath())).signIn.landingUrl).toBe(MENU);
}, 240_000);
