import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { STATION_COOKIE } from "./access-point.ts";
import {
  type Browser,
  type Form,
  listForms,
  openBrowser,
  type Page,
  PageFault,
} from "./browser.ts";
import { makeRandomMac } from "./stations.ts";

/** An invented person: how they come, and what they are willing to say. */
export type InventedGuest = {
  name: string;
  /** As they type it. */
  phone: string;
  language: "vi" | "en";
  /** What the sheet or browser on their device says it is; absent: Chrome on a phone. */
  userAgent?: string;
  /** Whether they tick what is not needed for access. */
  ticksMarketing: boolean;
  givesName: boolean;
  staySeconds: number;
  awaySeconds: number;
};

// The numbers are invented and never called: the demonstration's only channel is the outbox page.
export const INVENTED_GUESTS: readonly InventedGuest[] = [
  {
    name: "Lan",
    phone: "0912 000 101",
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    language: "vi",
    ticksMarketing: true,
    givesName: true,
    staySeconds: 45,
    awaySeconds: 100,
  },
  {
    name: "Minh",
    phone: "0912 000 102",
    userAgent:
      "Mozilla/5.0 (Linux; Android 15; SM-A556E Build/AP3A.240905.015; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0.7339.51 Mobile Safari/537.36",
    language: "vi",
    ticksMarketing: false,
    givesName: true,
    staySeconds: 80,
    awaySeconds: 120,
  },
  {
    name: "Emma",
    phone: "0912 000 103",
    userAgent:
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
    language: "en",
    ticksMarketing: false,
    givesName: false,
    staySeconds: 30,
    awaySeconds: 90,
  },
];

export type Place = {
  /** The access point's address. */
  accessPoint: string;
  portal: string;
};

const STEPS_MAX = 10;
/** Of a number as it is typed and as it is kept, the digits that are the same. */
const SIGNIFICANT_DIGITS = 9;

/** A guest's telephone: its browser and its MAC address. */
export type Telephone = { browser: Browser; mac: string };

/** A browser of somebody's, within reach of the place; a new telephone where no MAC is given. */
export function takeTelephone(
  place: Place,
  { language, userAgent }: Pick<InventedGuest, "language" | "userAgent">,
  mac = makeRandomMac(),
): Telephone {
  const telephone = { browser: openBrowser({ language, ...(userAgent && { userAgent }) }), mac };
  telephone.browser.setCookie(new URL(place.accessPoint).hostname, STATION_COOKIE, telephone.mac);
  return telephone;
}

/** What a person sees on the way online, by the address of each page. */
export type Arrival = { pages: Page[]; online: boolean };

/**
 * Joins the Wi-Fi as a browser does: opens some page, is led to the portal, and fills in what it
 * asks until the internet answers. Throws PageFault when a page leads nowhere.
 */
export async function joinWifi(
  place: Place,
  guest: InventedGuest,
  { browser }: Telephone,
): Promise<Arrival> {
  const pages: Page[] = [];
  let page = await browser.open(place.accessPoint);
  for (let step = 0; step < STEPS_MAX; step++) {
    pages.push(page);
    if (page.url.startsWith(place.accessPoint)) return { pages, online: true };
    if (page.status >= 400) throw new PageFault(`${page.url} answered ${page.status}`);
    if (saysOnline(page) && (await isOnline(place, browser))) return { pages, online: true };
    page = await answerPage(place, guest, browser, page);
  }
  throw new PageFault(`${guest.name} was still not online after ${STEPS_MAX} pages`);
}

/** The access controller led here after it let the guest in, or the portal says so itself. */
function saysOnline({ url }: Page): boolean {
  const { pathname, searchParams } = new URL(url);
  return pathname === "/online" || ["success", "already"].includes(searchParams.get("res") ?? "");
}

async function isOnline(place: Place, browser: Browser): Promise<boolean> {
  const page = await browser.open(place.accessPoint);
  return page.url.startsWith(place.accessPoint);
}

async function answerPage(
  place: Place,
  guest: InventedGuest,
  browser: Browser,
  page: Page,
): Promise<Page> {
  const [form] = listForms(page);
  if (!form) throw new PageFault(`${page.url} has no form to go on with`);
  const values = ticksOf(form, guest);
  if (form.inputs.includes("code")) values.code = await readCode(place, guest.phone);
  else if (form.inputs.includes("phone")) values.phone = guest.phone;
  else if (form.inputs.includes("name") && guest.givesName) values.name = guest.name;
  return browser.submit(page, form, values);
}

/** Terms are needed for access; everything else is the guest's own choice. */
function ticksOf(form: Form, guest: InventedGuest): Record<string, string> {
  const wanted = Object.entries(form.boxes).filter(
    ([name]) => name === "terms" || guest.ticksMarketing,
  );
  return Object.fromEntries(wanted);
}

/** The newest code for this number at the outbox page of the box, where its channel puts them. */
export async function readCode({ portal }: Place, phone: string): Promise<string> {
  const { body } = await request(`${portal}/outbox`, { headers: { accept: "application/json" } });
  const { messages } = (await body.json()) as { messages: { phone: string; code: string }[] };
  const ending = phone.replace(/\D/g, "").slice(-SIGNIFICANT_DIGITS);
  const message = messages.find((each) => each.phone.endsWith(ending));
  if (!message) throw new PageFault(`No code for this number at ${portal}/outbox`);
  return message.code;
}

export async function leaveWifi(place: Place, { browser }: Telephone): Promise<void> {
  await browser.open(`${place.accessPoint}/logoff`);
}

/** Lets the guests come, stay, leave and come back until the signal is raised. */
export async function runGuests(options: {
  place: Place;
  guests: readonly InventedGuest[];
  /** MAC addresses by name. */
  telephones: Readonly<Record<string, string>>;
  signal: AbortSignal;
  say: (line: string) => void;
}): Promise<void> {
  await Promise.all(options.guests.map((guest, index) => liveOn(guest, index, options)));
}

async function liveOn(
  guest: InventedGuest,
  index: number,
  { place, telephones, signal, say }: Parameters<typeof runGuests>[0],
): Promise<void> {
  const telephone = takeTelephone(place, guest, telephones[guest.name]);
  const wait = (seconds: number) => sleep(seconds * 1000, undefined, { signal });
  try {
    await wait(2 + index * 4);
    while (!signal.aborted) {
      try {
        const { pages } = await joinWifi(place, guest, telephone);
        say(
          `${guest.name} is online, after ${pages.length === 1 ? "one page" : `${pages.length} pages`}`,
        );
        await telephone.browser.open(`${place.accessPoint}/?kilobytes=${200 * (index + 1)}`);
        await wait(guest.staySeconds);
        await leaveWifi(place, telephone);
      } catch (error) {
        if (signal.aborted) return;
        // A guest who could not get online goes away and tries again, as people do.
        say(
          `${guest.name} could not get online: ${error instanceof Error ? error.message : error}`,
        );
      }
      await wait(guest.awaySeconds);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
