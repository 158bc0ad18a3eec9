import type { BranchSettings, Language, Survey } from "@foyer/contract";
import { coova } from "../src/nas/coova.ts";
import type { NasAdapter } from "../src/nas/index.ts";
import { byChannel } from "./by-channel.ts";
import { land } from "./go-online.ts";
import { lookAtOtherWays, lookAtPrivacy } from "./more-guest-pages.ts";
import { type Browser, type OpenOptions, openTestPortal, readCode } from "./open-portal.ts";
import { openOnline } from "./prove-number.ts";

export type GuestPage = { name: string; html: string };

const PHONE = "0912345678";
const HALF_A_YEAR_SECONDS = 181 * 24 * 60 * 60;
const CLOSED = [{ days: [1], from: "03:00", to: "03:01" }];
const words = (text: string) => ({ en: text, vi: text, fa: text });

const spring: Survey = {
  ...{ id: "spring", title: words("Tea"), thanks: words("Tea!") },
  questions: [
    { kind: "rating", id: "stars", label: words("Stars"), required: true },
    {
      ...{ kind: "choice", id: "what", label: words("What"), required: true, many: true },
      options: ["tea", "seat"].map((id) => ({ id, label: words(id) })),
    },
    { kind: "text", id: "more", label: words("More"), required: false },
  ],
};

/** A NAS that the portal has to tell, and that says nothing for as long as the test runs. */
const told: NasAdapter = {
  ...coova,
  handBack: () => ({ kind: "wait" }),
  letIn: () => new Promise(() => {}),
};
const refusing: NasAdapter = { ...told, letIn: async () => ({ kind: "refused", reason: "full" }) };
const posted: NasAdapter = {
  ...coova,
  handBack: (_arrival, _nas, { username, password }) => ({
    ...{ kind: "form", action: "http://10.10.0.1:3990/login", fields: { username, password } },
  }),
};

/** Every page a guest may meet, in a language, as the portal answers with it. */
export async function listGuestPages(language: Language): Promise<GuestPage[]> {
  const pages: GuestPage[] = [];
  const look = (name: string, browser: Browser) => pages.push({ name, html: browser.page.html });
  const open = (change: (settings: BranchSettings) => void = () => {}, more: OpenOptions = {}) =>
    openTestPortal({
      ...more,
      settings: (settings) => {
        settings.branch.languages = ["en", "vi", "fa"];
        change(settings);
      },
    });
  await lookAtSignIn(look, open, language);
  await lookAtMemberCode(look, open, language);
  await lookAtRefusals(look, open, language);
  await lookAtWaysBack(look, open, language);
  await lookAtOtherWays(look, open, language);
  await lookAtPrivacy(look, open, language);
  return pages;
}

export type Look = (name: string, browser: Browser) => void;
export type Open = (
  change?: (settings: BranchSettings) => void,
  more?: OpenOptions,
) => ReturnType<typeof openTestPortal>;

/** From the first page to the one after access, back again, and on to what it offers. */
async function lookAtSignIn(look: Look, open: Open, language: Language): Promise<void> {
  const portal = await open((settings) => {
    byChannel(settings);
    settings.surveys = [spring];
    settings.memberWifi = {
      ...{ enabled: true, ssid: "Tea", domain: "wifi.cafe.example", innerMethod: "mschapv2" },
    };
    settings.signIn.accessCode = { enabled: true };
    const asks = { kind: "survey", fields: { survey: "spring" } };
    const when = { guests: "any" as const, visitNumbers: [] };
    const id = "0199f000-0000-7000-8000-0000000000aa";
    settings.pages = [{ id, name: "Tea", version: 1, when, blocks: [asks] }];
  });
  const browser = portal.browser({ language, keepsCookies: true });
  await browser.arrive();
  look("first", browser);
  const legal = /href="(\/legal\/terms[^"]+)"/
    .exec(browser.page.html)?.[1]
    ?.replaceAll("&amp;", "&");
  const terms = browser.tick("terms");
  await browser.submit("/phone", { phone: "12" });
  look("first, with what is wrong", browser);
  await browser.submit("/phone", { phone: PHONE, terms });
  look("code", browser);
  await browser.submit("/code", { code: "1" });
  look("code, with what is wrong", browser);
  await browser.submit("/code", { code: await readCode(portal) });
  look("details", browser);
  await browser.submit("/details", { name: "Lan" });
  const wayBack = new URL(browser.page.location ?? "");
  await browser.open((wayBack.searchParams.get("userurl") ?? "").replace(/^http:\/\/[^/]+/, ""));
  look("online, with a survey", browser);
  const member = /href="(\/member[^"]+)"/.exec(browser.page.html)?.[1];
  if (!member || !legal) throw new Error("a page lacks its link");
  await browser.open(legal);
  look("legal", browser);
  await browser.open(member.replaceAll("&amp;", "&"));
  look("member", browser);
  await browser.open("/survey/spring");
  look("survey", browser);
  const again = portal.browser({ language });
  await again.arrive();
  look("returning", again);
  portal.pass(HALF_A_YEAR_SECONDS);
  const strange = portal.browser({ language, mac: "02-AA-BB-CC-00-09", ip: "10.10.0.93" });
  await strange.arrive();
  await strange.askForCode(PHONE);
  await strange.submit("/code", { code: await readCode(portal) });
  look("holder question", strange);
}

/** The code that a member is given, and where they type it. */
async function lookAtMemberCode(look: Look, open: Open, language: Language): Promise<void> {
  const portal = await open(({ signIn }) => {
    signIn.member = { enabled: true };
  });
  const browser = portal.browser({ language });
  await browser.arrive();
  await browser.askForCode(PHONE);
  await browser.submit("/code", { code: await readCode(portal) });
  await browser.submit("/details", { name: "Lan" });
  await openOnline(browser);
  look("online, with a member's code to be had", browser);
  await browser.submit("/member-code/new");
  look("member's code", browser);
  portal.pass(40);
  const back = /class="button" href="(\/online[^"]+)"/.exec(browser.page.html)?.[1] ?? "";
  await browser.open(back.replaceAll("&amp;", "&"));
  await browser.submit("/member-code/new");
  look("member's code, asked for too soon", browser);
  const other = portal.browser({ language, mac: "02-AA-BB-CC-00-09", ip: "10.10.0.93" });
  await other.arrive();
  const href = /href="(\/member-code[^"]+)"/.exec(other.page.html)?.[1] ?? "";
  await other.open(href.replaceAll("&amp;", "&"));
  look("number and member's code", other);
  const terms = other.tick("terms");
  await other.submit("/member-code", { phone: PHONE, memberCode: "00000000", terms });
  look("number and member's code, wrong", other);
}

async function lookAtRefusals(look: Look, open: Open, language: Language): Promise<void> {
  const closed = await open((settings) => {
    settings.signIn.clickThrough = "always";
    for (const policy of settings.policies) policy.allowedHours = CLOSED;
  });
  const browser = closed.browser({ language });
  await browser.arrive();
  await browser.submit("/click-through", { terms: browser.tick("terms") });
  look("refused for the hour", browser);
  await browser.open("/");
  look("not on the Wi-Fi", browser);
  await browser.open("/nowhere");
  look("no such page", browser);
  await browser.open("/start?c=made-up");
  look("old page", browser);
  const silent = await open(({ signIn }) => {
    signIn.phone.channels = [
      {
        ...{ kind: "http-gateway", method: "POST", url: "http://127.0.0.1:9/", headers: {} },
        ...{ bodyTemplate: '{"to":"{{phone}}"}', timeoutSeconds: 2 },
        success: { statusMin: 200, statusMax: 299, bodyIncludes: null },
      },
    ];
  });
  const unheard = silent.browser({ language });
  await unheard.arrive();
  await unheard.askForCode(PHONE);
  look("plan B", unheard);
  const unready = await openTestPortal({ isEnrolled: false });
  const early = unready.browser({ language });
  await early.open("/");
  look("not ready", early);
}

async function lookAtWaysBack(look: Look, open: Open, language: Language): Promise<void> {
  const always = ({ signIn }: BranchSettings) => {
    signIn.clickThrough = "always";
  };
  const ways = { "hand-back": posted, connecting: told, "not let in": refusing };
  for (const [name, adapter] of Object.entries(ways)) {
    const portal = await open(always, { adapterOf: () => adapter });
    const browser = portal.browser({ language });
    await browser.arrive();
    await browser.submit("/click-through", { terms: browser.tick("terms") });
    await land(browser);
    look(name, browser);
    if (name !== "not let in") continue;
    const refresh = /http-equiv="refresh" content="\d+;url=([^"]+)"/.exec(browser.page.html)?.[1];
    if (refresh) await browser.open(refresh);
    look(name, browser);
  }
}
