import { expect, test } from "vitest";
import { type Browser, openTestPortal, readCode, type TestPortal } from "./open-portal.ts";

const openShop = (): Promise<TestPortal> =>
  openTestPortal({
    settings: (settings) => {
      settings.branch.languages = ["fa", "vi", "en"];
      settings.branch.country = "IR";
      settings.branch.timeZone = "Asia/Tehran";
    },
  });
/** As a Persian keyboard writes it. */
const inPersian = (digits: string) =>
  digits.replaceAll(/\d/g, (digit) => String.fromCodePoint(0x06f0 + Number(digit)));

const arrive = async (portal: TestPortal): Promise<Browser> => {
  const browser = portal.browser({ language: "fa-IR,fa;q=0.9,en;q=0.5" });
  await browser.arrive();
  return browser;
};

test("a Persian guest has the page from right to left, in Persian, and fields for numbers from left to right", async () => {
  const browser = await arrive(await openShop());
  const { html, words, headers } = browser.page;
  expect(html).toContain('<html lang="fa" dir="rtl">');
  expect(headers["content-language"]).toBe("fa");
  expect(words).toContain("شمارهٔ موبایل");
  expect(html).toMatch(/<input id="phone"[^>]* dir="ltr"/);
  // The words of the sample's own page are in Vietnamese and English: the branch's order decides.
  expect(words).toContain("Chào mừng đến");
});

test("a Persian guest types number and code in Persian digits, and is online", async () => {
  const portal = await openShop();
  const browser = await arrive(portal);
  await browser.askForCode(inPersian("0912 345 6789"));
  expect(browser.page.html).toMatch(/<input id="code"[^>]* dir="ltr"/);
  expect(browser.page.words).toContain("این کد ۵ دقیقه کار می‌کند.");
  // UAX #9: without the isolate it would be read from its end, 789• first.
  expect(browser.page.words).toContain("\u20660••• ••• •789\u2069");
  await browser.submit("/code", { code: inPersian(await readCode(portal, "+989123456789")) });
  expect(browser.page.words).toContain("از آشنایی با شما خوشحالیم");
  // Months of the calendar that the date is kept in.
  expect(browser.page.words).toMatch(/ژانویه.*دسامبر/);
  const given = { name: "سارا ۲", day: inPersian("29"), month: "2", year: inPersian("1996") };
  const handedBack = await browser.post("/details", given);
  expect(handedBack.status).toBe(303);
  expect(portal.events("guest.registered").at(-1)?.payload.details).toEqual({
    ...{ name: "سارا ۲", birthday: "1996-02-29" },
  });
  await browser.arrive();
  portal.change((settings) => {
    settings.pages = [];
  });
  await browser.arrive();
  expect(browser.page.words).toContain("سارا ۲، خوش برگشتید");
});

test("whichever language a page is in, it has the same pages behind it, and one direction", async () => {
  const portal = await openShop();
  const browser = await arrive(portal);
  await browser.click("English");
  expect(browser.page.html).toContain('<html lang="en" dir="ltr">');
  await browser.click("فارسی");
  expect(browser.page.html).toContain('<html lang="fa" dir="rtl">');
  for (const path of ["/nothing-here", "/", "/legal/terms"]) {
    await browser.open(`${path}?language=fa`);
    expect(browser.page.html, path).toContain('dir="rtl"');
  }
});

test("a name that begins with a number keeps it in front, by itself and in a Persian sentence", async () => {
  const portal = await openShop();
  portal.change((settings) => {
    settings.branch.name = "49 Bát Đàn";
    settings.pages = [];
  });
  const browser = await arrive(portal);
  expect(browser.page.html).toContain('<p class="branch"><bdi>49 Bát Đàn</bdi></p>');
  expect(browser.page.html).toContain("<h1>به \u206849 Bát Đàn\u2069");
  await browser.arrive({ res: "already" });
  expect(browser.page.words).toContain("در \u206849 Bát Đàn\u2069 به شما");
  await browser.click("English");
  expect(browser.page.words).toContain("Enjoy your time at 49 Bát Đàn.");
});
