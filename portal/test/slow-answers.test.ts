import { describe, expect, test } from "vitest";
import { type Browser, openTestPortal, readCode, type TestPortal } from "./open-portal.ts";
import { E164, LINK, PHONE } from "./prove-number.ts";

const MILLISECONDS = 300;

const open = (wrongAnswerMilliseconds = MILLISECONDS) =>
  openTestPortal({
    wrongAnswerMilliseconds,
    settings: ({ signIn }) => {
      signIn.email = { enabled: true };
    },
  });

const wrongOf = (code: string) => (code === "000000" ? "000001" : "000000");

async function timed<Answer>(work: () => Promise<Answer>) {
  const began = performance.now();
  const answer = await work();
  return { answer, milliseconds: performance.now() - began };
}

/** Asks for a code in each of the ways it comes, up to the field for it; gives where it is posted. */
const WAYS: readonly [string, (portal: TestPortal, browser: Browser) => Promise<string>][] = [
  [
    "a message",
    async (_, browser) => {
      await browser.askForCode(PHONE);
      return "/code";
    },
  ],
  [
    "a mail",
    async (_, browser) => {
      await browser.click("Use my email instead");
      await browser.submit("/email", { email: "lan@example.com", terms: browser.tick("terms") });
      return "/code";
    },
  ],
  [
    "the pages about one's data",
    async (_, browser) => {
      await browser.click(LINK);
      await browser.submit("/privacy/number", { phone: PHONE });
      return "/privacy/code";
    },
  ],
];

describe.each(WAYS)("wrong digits of a code by %s", (_, askFor) => {
  const atField = async () => {
    const portal = await open();
    const browser = portal.browser();
    await browser.arrive();
    const action = await askFor(portal, browser);
    return { portal, browser, action, code: await readCode(portal) };
  };

  test("are answered late, though many are tried at once, and the right ones are not", async () => {
    const { browser, action, code } = await atField();
    const first = await timed(() => browser.post(action, { code: wrongOf(code) }));
    expect(first.milliseconds).toBeGreaterThan(MILLISECONDS - 10);
    expect(first.answer.words).toContain("You have 4 more tries");
    const others = await Promise.all(
      [1, 2, 3].map(() => timed(() => browser.post(action, { code: wrongOf(code) }))),
    );
    for (const { milliseconds } of others) expect(milliseconds).toBeGreaterThan(MILLISECONDS - 10);
    expect((await browser.post(action, { code })).status).toBe(303);
  });

  test("are answered late to the last try; what is closed, or is no code, keeps nobody waiting", async () => {
    const { browser, action, code } = await atField();
    const waits: number[] = [];
    for (let tries = 0; tries < 5; tries += 1)
      waits.push((await timed(() => browser.post(action, { code: wrongOf(code) }))).milliseconds);
    expect(Math.min(...waits)).toBeGreaterThan(MILLISECONDS - 10);
    // A hundred would keep a portal busy for half a minute, one after the other.
    const { milliseconds, answer } = await timed(async () => {
      const answers = [];
      for (let tries = 0; tries < 50; tries += 1)
        answers.push(await browser.post(action, { code: tries % 2 === 0 ? code : "12" }));
      return answers;
    });
    expect(milliseconds).toBeLessThan(50 * MILLISECONDS);
    expect(answer[0]?.words).toContain("one try too many");
    expect(answer.every(({ location }) => location === null)).toBe(true);
  });
});

test("who types the right digits while a wrong answer is held back goes on at once, and the late page says the code is over", async () => {
  const portal = await open();
  const browser = portal.browser();
  await browser.arrive();
  await browser.askForCode(PHONE);
  const code = await readCode(portal, E164);
  const late = browser.post("/code", { code: wrongOf(code) });
  const right = await browser.post("/code", { code });
  expect(right.status).toBe(303);
  expect((await late).words).toContain("That code is over");
});
