import type { BranchSettings, CodeChannel, Language } from "@foyer/contract";
import { byChannel } from "./by-channel.ts";
import type { Look, Open } from "./guest-pages.ts";
import { type Browser, readCode, unsignedNas } from "./open-portal.ts";
import { openOnline, PHONE } from "./prove-number.ts";

const EMAIL = "lan@example.com";
const STAY = { validFrom: "2026-02-27T07:00:00Z", validUntil: "2026-03-01T05:00:00.000Z" };
const SENDERS: CodeChannel = {
  kind: "cloud",
  steps: (["zalo", "sms"] as const).map((way, at) => ({
    ...{ senderId: `01990000-0000-7000-8000-0000000000f${at}`, timeoutSeconds: 10, way },
  })),
};

/** The link of a page to another one of the portal's. */
const follow = (browser: Browser, path: string) => {
  const [, href] = new RegExp(`href="(${path}[^"]*)"`).exec(browser.page.html) ?? [];
  if (!href) throw new Error(`no link leads to ${path}`);
  return browser.open(href.replaceAll("&amp;", "&"));
};

/** By address, by room and name, by a printed code, and by a number whose code Zalo brings. */
export async function lookAtOtherWays(look: Look, open: Open, language: Language): Promise<void> {
  const change = (more: Partial<BranchSettings["signIn"]>) => (settings: BranchSettings) => {
    settings.roomStays = [{ room: "204", name: "Nguyễn", ...STAY }];
    Object.assign(settings.signIn, more);
  };
  const byEmail = await open(change({ email: { enabled: true }, order: ["email"] }));
  const first = byEmail.browser({ language });
  await first.arrive();
  look("first, by e-mail", first);
  const terms = first.tick("terms");
  await first.submit("/email", { email: "lan", terms });
  look("first, by e-mail, with what is wrong", first);
  await first.submit("/email", { email: EMAIL, terms });
  look("code in a mail", first);
  await first.submit("/resend");
  look("code, asked for again too soon", first);
  await first.submit("/code", { code: await readCode(byEmail, EMAIL) });
  await first.submit("/details");
  await openOnline(first);
  await follow(first, "/privacy");
  look("a guest's data, by an address", first);
  const other = byEmail.browser({ language, mac: "02-AA-BB-CC-00-67", ip: "10.10.0.67" });
  await other.arrive();
  await follow(other, "/privacy");
  look("a guest's data, whose address is asked for", other);
  await other.submit("/privacy/address", { email: EMAIL });
  look("a guest's data, whose code is in a mail", other);
  const closed = byEmail.browser({ language, nas: unsignedNas });
  await closed.arrive();
  await closed.submit("/email", { email: "ba@example.com", terms: closed.tick("terms") });
  await closed.submit("/code", { code: await readCode(byEmail, "ba@example.com") });
  await closed.arrive();
  look("code, once more", closed);
  const byRoom = await open(change({ room: { enabled: true }, order: ["room"] }));
  const second = byRoom.browser({ language });
  await second.arrive();
  look("room and name", second);
  await second.submit("/room", { room: "999", roomName: "Ai", terms: second.tick("terms") });
  look("room and name, wrong", second);
  const byCode = await open(({ signIn }) => {
    signIn.accessCode = { enabled: true };
    signIn.phone.enabled = false;
    signIn.clickThrough = "off";
  });
  const third = byCode.browser({ language });
  await third.arrive();
  look("access code", third);
  await third.submit("/access-code", { accessCode: "AAAA-AAAA", terms: third.tick("terms") });
  look("access code, wrong", third);
  const byZalo = await open(({ signIn }) => {
    signIn.phone.channels = [SENDERS];
  });
  const fourth = byZalo.browser({ language });
  await fourth.arrive();
  look("first, by Zalo or SMS", fourth);
  await fourth.askForCode(PHONE);
  look("code on its way", fourth);
  await follow(fourth, "/code-field");
  look("code, by Zalo or SMS", fourth);
}

/** A guest's consents, their copy and their being forgotten, from the number to the end. */
export async function lookAtPrivacy(look: Look, open: Open, language: Language): Promise<void> {
  const portal = await open(byChannel);
  const guest = portal.browser({ language });
  await guest.arrive();
  await guest.askForCode(PHONE);
  await guest.submit("/code", { code: await readCode(portal) });
  await guest.submit("/details", {
    ...{ name: "Lan", "marketing-sms": guest.tick("marketing-sms") },
  });
  await openOnline(guest);
  await follow(guest, "/privacy");
  look("a guest's data", guest);
  await guest.submit("/privacy/delete");
  look("being forgotten, asked about first", guest);
  const stranger = portal.browser({ language, mac: "02-AA-BB-CC-00-66", ip: "10.10.0.66" });
  await stranger.arrive();
  await follow(stranger, "/privacy");
  look("a guest's data, whose number is asked for", stranger);
  await stranger.submit("/privacy/number", { phone: "12" });
  look("a guest's data, with what is wrong", stranger);
  await stranger.submit("/privacy/number", { phone: PHONE });
  look("a guest's data, whose code is asked for", stranger);
  await stranger.submit("/privacy/code", { code: "1" });
  look("a guest's data, with a wrong code", stranger);
}
