import { createHmac, randomBytes } from "node:crypto";
import { applyKnownGuests } from "@foyer/branch-store";
import type { KnownGuest } from "@foyer/contract";
import { hideMemberCode } from "../src/sign-in/member/code.ts";
import {
  type Browser,
  type OpenOptions,
  openTestPortal,
  readCode,
  type TestPortal,
} from "./open-portal.ts";

import { openOnline } from "./prove-number.ts";

export const NUMBER = "0912345678";
export const PHONE = "+84912345678";

/** A portal whose branch takes members' codes. */
export const openForMembers = (
  change: OpenOptions["settings"] = () => {},
  options: Pick<OpenOptions, "wrongAnswerMilliseconds"> = {},
) =>
  openTestPortal({
    ...options,
    settings: (settings) => {
      settings.signIn.member = { enabled: true };
      change(settings);
    },
  });

/** Signs Lan in by a message, up to "You're online". */
export async function signInByMessage(portal: TestPortal): Promise<Browser> {
  const browser = portal.browser();
  await browser.arrive();
  await browser.askForCode(NUMBER);
  await browser.submit("/code", { code: await readCode(portal) });
  if (browser.page.location === null) await browser.submit("/details", { name: "Lan" });
  await openOnline(browser);
  return browser;
}

/** The code that Lan is given on the page after access. */
export async function askForMemberCode(browser: Browser): Promise<string> {
  const shown = await browser.post("/member-code/new");
  return /class="digits"[^>]*>([0-9 ]+)</.exec(shown.html)?.[1] ?? "";
}

export async function giveLanACode(portal: TestPortal): Promise<string> {
  return askForMemberCode(await signInByMessage(portal));
}

/** Lan's other phone, on the page for members. */
export async function openOtherPhone(
  portal: TestPortal,
  options: Parameters<TestPortal["browser"]>[0] = {},
): Promise<Browser> {
  const browser = portal.browser({ mac: "02-AA-BB-CC-00-09", ip: "10.10.0.93", ...options });
  await browser.arrive();
  if (!browser.page.html.includes('name="memberCode"'))
    await browser.click("Use my member code instead");
  return browser;
}

export const fieldsOf = (browser: Browser, phone: string, memberCode: string) => ({
  ...{ phone, memberCode, terms: browser.tick("terms") },
});

/** The cloud tells of Lan, who was given this code at another branch. */
export async function tellOfLan(
  portal: TestPortal,
  { code, ...told }: { code: string | null } & Partial<KnownGuest>,
): Promise<void> {
  const key = randomBytes(32);
  const issuedAt = "2026-02-01T00:00:00.000Z";
  const id = "01990000-0000-7000-8000-0000000000e1";
  const lan: KnownGuest = {
    customerId: "01990000-0000-7000-8000-0000000000c1",
    phoneHash: createHmac("sha256", key).update(PHONE).digest("hex"),
    ...{ guestIds: [], name: "Lan", language: "vi", visits: 0, tenantVisits: 4 },
    filledFields: ["name", "email", "birthday"],
    ...(code === null ? {} : { memberCode: { id, issuedAt, ...(await hideMemberCode(code)) } }),
    ...told,
  };
  portal.store.transaction((tx) =>
    applyKnownGuests(tx, {
      ...{ position: 1, complete: true, key: key.toString("base64"), guests: [lan], removed: [] },
      countedThrough: null,
    }),
  );
}
