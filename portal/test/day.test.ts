import { randomBytes, randomInt } from "node:crypto";
import {
  endSession,
  findDeviceByMac,
  listOpenSessionsOfDevice,
  listUnsent,
  startSession,
  useTicket,
} from "@foyer/branch-store";
import type { AccessCode, KnownEvent } from "@foyer/contract";
import { expect, test } from "vitest";
import { openndsNas2, sealFas, vectors } from "../src/nas/fixtures/examples.ts";
import { openDayGateway } from "./day-gateway.ts";
import { type Coming, isInOutage, planDay, wayInOf } from "./day-guests.ts";
import {
  type Browser,
  handOff,
  openTestPortal,
  signedNas,
  type TestPortal,
  ticketOf,
} from "./open-portal.ts";
import { createRandom } from "./seeded.ts";

const SEED = Number(process.env.FOYER_PORTAL_DAY_SEED ?? randomInt(1_000_000));
const ACCESS_CODE: AccessCode = {
  ...{ id: "01990000-0000-7000-8000-0000000000a0", code: "ABCD2345", devicesMax: 1000 },
  ...{ minutes: 1440, validFrom: null, validUntil: null, policyId: null },
};
const DAY_MS_TIMEOUT = 300_000;
/** A page for the same tap again is given for half a minute. */
const LATER_SECONDS = 31;

type Day = {
  portal: TestPortal;
  gateway: Awaited<ReturnType<typeof openDayGateway>>;
  /** Seconds since the day began. */
  clock: { seconds: number };
  lostWaysBack: number;
};

async function openDay(): Promise<Day> {
  const gateway = await openDayGateway();
  const portal = await openTestPortal({
    settings: (settings) => {
      settings.nas = [signedNas, openndsNas2];
      settings.accessCodes = [ACCESS_CODE];
      const { signIn } = settings;
      signIn.accessCode = { enabled: true };
      signIn.clickThrough = "always";
      Object.assign(signIn.phone, {
        ...{ channels: [gateway.gateway], messagesPerBranchHour: 10_000 },
        ...{ messagesPerBranchDay: 10_000, messagesPerPrefixHour: 10_000 },
      });
    },
  });
  return { portal, gateway, clock: { seconds: 0 }, lostWaysBack: 0 };
}

function passTo({ portal, clock }: Day, seconds: number): void {
  if (seconds <= clock.seconds) return;
  portal.pass(seconds - clock.seconds);
  clock.seconds = seconds;
}

/** The NAS leads the guest's browser to the portal, each time with a question of its own. */
function arrivalOf({ nas, mac, ip }: Coming): string {
  if (nas === "coova") return handOff(signedNas, { mac, ip });
  const plain: string = vectors.opennds.level2.plain;
  const text = plain
    .replace(/hid=[0-9a-f]{64}/, `hid=${randomBytes(32).toString("hex")}`)
    .replace(/clientip=[^,]*/, `clientip=${ip}`)
    .replace(/clientmac=[^,]*/, `clientmac=${mac.toLowerCase().replaceAll("-", ":")}`);
  return sealFas(text, openndsNas2, randomBytes(8).toString("hex"));
}

const openSheet = async (day: Day, coming: Coming): Promise<Browser> => {
  const browser = day.portal.browser({ ip: coming.ip });
  await browser.open(arrivalOf(coming));
  return browser;
};

/**
 * Presses a button as often as this guest does, and goes where it leads. Where the first way back
 * never reaches the NAS, the same button is pressed once more later.
 */
async function press(day: Day, coming: Coming, browser: Browser, action: string, fields = {}) {
  if (coming.taps === 2) {
    const [one, other] = await Promise.all([
      browser.post(action, fields),
      browser.post(action, fields),
    ]);
    if (isToNas(one)) expect(other.location).toBe(one.location);
  }
  // A code that was spent is over by then.
  if (coming.losesWayBack && action !== "/code" && isToNas(await browser.post(action, fields))) {
    passTo(day, day.clock.seconds + LATER_SECONDS);
    day.lostWaysBack += 1;
  }
  await browser.submit(action, fields);
}

const isToNas = ({ location }: { location: string | null }) =>
  location !== null && !location.startsWith("/");

async function signInByPhone(day: Day, coming: Coming, first: Browser): Promise<Browser> {
  let browser = first;
  const before = day.gateway.listTo(coming.phone).length;
  await press(day, coming, browser, "/phone", {
    phone: coming.phone,
    terms: browser.tick("terms"),
  });
  if (isInOutage(coming.minute)) {
    await press(day, coming, browser, "/click-through");
    return browser;
  }
  if (coming.closes) {
    browser = await openSheet(day, coming);
    expect(browser.page.html).toContain('action="/code"');
  }
  const told = day.gateway.listTo(coming.phone).slice(before);
  expect(told, `messages to ${coming.phone}`).toHaveLength(1);
  const code = told[0]?.code ?? "";
  for (let wrong = 0; wrong < coming.wrongCodes; wrong += 1) {
    const other = String((Number(code) + 1 + wrong) % 1_000_000).padStart(6, "0");
    const shown = await browser.submit("/code", { code: other });
    expect(shown.location).toBeNull();
  }
  await press(day, coming, browser, "/code", { code });
  return browser;
}

async function comeIn(day: Day, coming: Coming): Promise<Browser> {
  const browser = await openSheet(day, coming);
  const greets = browser.page.html.includes('action="/returning"');
  expect(greets, "is greeted").toBe(coming.isKnown);
  if (coming.isKnown) {
    await press(day, coming, browser, "/returning");
    return browser;
  }
  if (coming.method === "phone") return signInByPhone(day, coming, browser);
  const terms = browser.tick("terms");
  const accessCode = coming.method === "access-code" ? { accessCode: ACCESS_CODE.code } : {};
  await press(day, coming, browser, `/${coming.method}`, { terms, ...accessCode });
  return browser;
}

/** What was asked of the guest is left out, until the page leads to the NAS. */
async function leaveDetailsOut(day: Day, coming: Coming, browser: Browser): Promise<string> {
  if (browser.page.html.includes('action="/details"'))
    await press(day, coming, browser, "/details");
  const { location, words } = browser.page;
  if (location === null) throw new Error(`the page leads nowhere: ${words}`);
  return location;
}

/** The NAS takes the guest and lets them go again; how often it let them in. */
function useWiFi({ portal }: Day, { nas, mac, ip }: Coming, wayBack: string): number {
  return portal.store.transaction((tx) => {
    const device = findDeviceByMac(tx, mac);
    if (!device) throw new Error(`${mac} is not in the store`);
    if (nas === "coova") {
      const ticket = ticketOf(portal, wayBack);
      if (!ticket) throw new Error("the way back holds no ticket");
      const { username, nasId } = ticket;
      const used = useTicket(tx, { username, nasId, mac, requestKey: username });
      if (used.kind !== "used") return 0;
      startSession(tx, { nasId, acctSessionId: username, mac, ip, at: tx.now });
    }
    const open = listOpenSessionsOfDevice(tx, device.id);
    for (const { nasId, acctSessionId } of open)
      endSession(tx, { nasId, acctSessionId, mac, at: tx.now, cause: "User-Request" });
    return open.length;
  });
}

function listEvents({ store }: TestPortal): KnownEvent[] {
  const all: KnownEvent[] = [];
  for (;;) {
    const afterSeq = all.at(-1)?.seq ?? 0;
    const some = store.read((tx) => listUnsent(tx, { afterSeq, limit: 500 })) as KnownEvent[];
    if (some.length === 0) return all;
    all.push(...some);
  }
}

const countTickets = ({ store }: TestPortal, mac: string): number =>
  (
    store.read((tx) => tx.sql("select count(*) as n from tickets where mac = ?").get(mac)) as {
      n: number;
    }
  ).n;

/** One coming, whatever happens on its way; gives how many tickets it may have taken. */
async function live(day: Day, coming: Coming): Promise<number> {
  passTo(day, coming.minute * 60);
  day.gateway.state.isDown = isInOutage(coming.minute);
  const [before, lostBefore] = [countTickets(day.portal, coming.mac), day.lostWaysBack];
  const browser = await comeIn(day, coming);
  const wayBack = await leaveDetailsOut(day, coming, browser);
  const tickets = 1 + day.lostWaysBack - lostBefore;
  expect(countTickets(day.portal, coming.mac) - before, "tickets").toBe(tickets);
  expect(tickets).toBeLessThanOrEqual(2);
  expect(useWiFi(day, coming, wayBack), "times online").toBe(1);
  return tickets;
}

/** What a reader of the plan would expect to be told of the day. */
function reckon(comings: readonly Coming[]) {
  const by = (way: ReturnType<typeof wayInOf>) => comings.filter((each) => wayInOf(each) === way);
  const newcomers = by("phone").filter((each) => !each.isPhoneKnown);
  // Whoever goes on with the same code on the same device is the guest they were with it.
  const codeHolders = new Set(by("access-code").map(({ mac }) => mac));
  return {
    registered: newcomers.length + codeHolders.size + by("click-through").length,
    verified: by("phone").length,
    ended: comings.length,
    messages: by("phone").length,
  };
}

test(
  `a day of 500 guests (FOYER_PORTAL_DAY_SEED=${SEED}): each who may is online once a coming, with one message`,
  async () => {
    const comings = planDay(createRandom(SEED));
    const day = await openDay();
    let tickets = 0;
    for (const coming of comings) {
      const what = `guest ${coming.guest} at minute ${coming.minute} by ${wayInOf(coming)}`;
      tickets += await live(day, coming).catch((cause: Error) => {
        throw new Error(`${what}: ${cause.message}`, { cause });
      });
    }
    const events = listEvents(day.portal);
    const count = (type: KnownEvent["type"]) => events.filter((each) => each.type === type).length;
    expect({
      registered: count("guest.registered"),
      verified: count("guest.verified"),
      ended: count("session.ended"),
      messages: day.gateway.messages.length,
    }).toEqual(reckon(comings));
    expect(count("guest.connected")).toBe(tickets);
    expect(new Set(events.map(({ seq }) => seq)).size).toBe(events.length);
  },
  DAY_MS_TIMEOUT,
);
