import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { openTestSite, type TestSite, type TestStaff } from "./open-test-site.ts";
import {
  enterStaffApp,
  launchBrowser,
  openVisitor,
  type Visitor,
  type VisitorOptions,
} from "./staff-browser.ts";

type Screen = Omit<VisitorOptions, "origin">;
/** Of whoever enters: theirs from then on. */
type OwnScreen = Screen & { language?: "en" | "vi" };
type Options = {
  /** As `openTestSite` takes them. */
  site?: Parameters<typeof openTestSite>[0];
  /** With the whole of Chromium: for what can be installed. */
  isWhole?: boolean;
  /** Where the tests themselves have calls refused, of which a browser complains. */
  mayComplain?: boolean;
};

/** A cloud of the tests' own and a browser. Both are there from the first hook on. */
export type StaffApp = {
  readonly site: TestSite;
  readonly browser: Browser;
  /** A browser of somebody's who is not signed in. */
  visit: (screen?: Screen) => Promise<Page>;
  /** The same with somebody of the staff signed in, on their first page. */
  enter: (staff: TestStaff, screen?: OwnScreen) => Promise<Page>;
  /** What browsers complained of until now: it is the test that judges it. */
  takeComplaints: () => string[];
};

/**
 * Called in a describe, before its own hooks. What is opened in a test is closed after it, what is opened in
 * `beforeAll` is for all. None may ask other hosts for anything, nor have the browser complain.
 */
export function openStaffApp({ site, isWhole, mayComplain = false }: Options = {}): StaffApp {
  let cloud: TestSite | undefined;
  let browser: Browser | undefined;
  /** Those of all tests, and those of this one. */
  let lasting: Visitor[] = [];
  let visitors: Visitor[] = [];
  beforeAll(async () => {
    cloud = await openTestSite(site);
    browser = await launchBrowser({ isWhole });
  });
  afterAll(async () => {
    await browser?.close();
    await cloud?.close();
  });
  beforeEach(() => {
    lasting = [...lasting, ...visitors];
    visitors = [];
  });
  afterEach(async () => {
    for (const { close } of visitors) await close();
    const foreignRequests = takeAll("foreignRequests");
    const complaints = takeAll("complaints");
    visitors = [];
    expect(foreignRequests, "requests to other hosts").toEqual([]);
    if (!mayComplain) expect(complaints, "complaints on the console").toEqual([]);
  });
  const takeAll = (what: "foreignRequests" | "complaints") =>
    [...lasting, ...visitors].flatMap((visitor) => visitor[what].splice(0));
  const getCloud = () => getOpened(cloud);
  const getBrowser = () => getOpened(browser);
  const keep = (visitor: Visitor): Page => {
    visitors.push(visitor);
    return visitor.page;
  };
  return {
    get site() {
      return getCloud();
    },
    get browser() {
      return getBrowser();
    },
    visit: async (screen) =>
      keep(await openVisitor(getBrowser(), { origin: getCloud().origin, ...screen })),
    enter: async (staff, { language, ...screen } = {}) => {
      if (language) await staff.request("PATCH", "/api/v1/me", { language });
      const { origin } = getCloud();
      return keep(await enterStaffApp(getBrowser(), staff, { origin, ...screen }));
    },
    takeComplaints: () => takeAll("complaints"),
  };
}

function getOpened<T>(opened: T | undefined): T {
  if (opened === undefined) throw new Error("It is there in hooks and tests alone.");
  return opened;
}

/** For somebody to look at, where FOYER_PICTURES names a folder: the whole page, as wide as it is. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env.FOYER_PICTURES;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** The same on a phone and on a desk. */
export async function takePictures(page: Page, name: string): Promise<void> {
  if (!process.env.FOYER_PICTURES) return;
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await takePicture(page, `${name}-${width}`);
  }
}

/** That it does not scroll sideways; and a picture of it, named after its width as well. */
export async function expectToFit(page: Page, name: string): Promise<void> {
  const { width = 0 } = page.viewportSize() ?? {};
  const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
  expect(wide).toBeLessThanOrEqual(width);
  await takePicture(page, `${name}-${width}`);
}
