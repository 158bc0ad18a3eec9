import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import { DAILY, type MailPlace, mailPath, openMailPlace } from "../../../test/report-mails.ts";
import { sealWith } from "../../platform/sealing.ts";
import { STOP_PATH, writeStop } from "./stop-link.ts";

let site: TestApp;
let place: MailPlace;
let colleague: TestBrowser;
let colleagueId: string;
let savedId: string;

beforeAll(async () => {
  site = await openTestApp({ sendsMail: true });
});
afterAll(() => site?.close());
beforeEach(async () => {
  place = await openMailPlace(site);
  colleague = await site.invite(place.owner, "viewer");
  colleagueId = await place.staffIdOf(colleague);
  savedId = await place.save();
  await place.order(place.owner, savedId, { readerIds: [colleagueId] });
  await place.runDue();
});

/** The head of the mail to somebody, a line each. */
const headOf = async (who: TestBrowser): Promise<string[]> =>
  (await place.mailsTo(who)).at(-1)?.head?.split("\n") ?? [];
async function linkOf(who: TestBrowser): Promise<string> {
  const line = (await headOf(who)).find((each) => each.startsWith("List-Unsubscribe:")) ?? "";
  return new URL(/<([^>]+)>/.exec(line)?.[1] ?? "").pathname;
}
type Asked = { type?: string; payload?: string; language?: string };
/** As a mailbox provider asks: without a cookie, and from no page of ours. */
const call = (
  method: "GET" | "POST",
  url: string,
  { type, payload, language = "en" }: Asked = {},
) =>
  site.app.inject({
    ...{ method, url, ...(payload !== undefined && { payload }) },
    headers: { "accept-language": language, ...(type && { "content-type": type }) },
  });
const ONE_CLICK = "List-Unsubscribe=One-Click";
const FORM = { type: "application/x-www-form-urlencoded", payload: ONE_CLICK };
const standingOf = async (id: string) =>
  (await place.look(place.owner, savedId)).mail?.readers.find((each) => each.id === id)?.standing;
const ownerId = () => place.staffIdOf(place.owner);

test("RFC 8058 §3.1: each mail names a link that stops it in one click, and looking at that changes nothing", async () => {
  for (const who of [place.owner, colleague]) {
    const head = await headOf(who);
    expect(head).toContain("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
    const link = await linkOf(who);
    expect(link.startsWith(`${STOP_PATH}/`)).toBe(true);
    for (const language of ["en", "vi"]) {
      const page = await call("GET", `${link}?language=${language}`);
      expect([page.statusCode, page.headers["cache-control"]]).toEqual([200, "no-store"]);
      expect(page.body).toContain(language === "en" ? "Stop these mails?" : "Dừng nhận thư này?");
      expect(page.body).toContain(`<form method="post" action="${link}?language=${language}">`);
    }
    await call("GET", link);
  }
  expect([await standingOf(colleagueId), await standingOf(await ownerId())]).toEqual([
    "reads",
    "reads",
  ]);
  const { text = "" } = place.mails.taken.at(-1) ?? {};
  expect(text).toContain(`http://foyer.test${STOP_PATH}/`);
});

test("RFC 8058 §3.2: what a mailbox posts stops the mails of that reader and order alone, twice as once", async () => {
  const other = await site.invite(place.owner, "marketer");
  await place.order(other, savedId, { readerIds: [colleagueId] });
  const link = await linkOf(colleague);
  const boundary = "b0undary";
  const multipart = {
    type: `multipart/form-data; boundary=${boundary}`,
    payload: `--${boundary}\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--${boundary}--\r\n`,
  };
  for (const posted of [FORM, multipart, FORM]) {
    const page = await call("POST", link, posted);
    expect([page.statusCode, page.headers.location]).toEqual([200, undefined]);
    expect(page.body).toContain("is not written to you any more");
  }
  expect(await standingOf(colleagueId)).toBe("stopped");
  expect(await standingOf(await ownerId())).toBe("reads");
  expect((await call("GET", link)).body).toContain("Stopped");
  const theirs = (await place.look(other, savedId)).mail?.readers;
  expect(theirs?.find(({ id }) => id === colleagueId)?.standing).toBe("reads");
  const before = place.mails.taken.length;
  await place.runDue();
  const to = place.mails.taken.slice(before).map(({ text }) => text.includes("has Foyer write"));
  expect(to.filter(Boolean).length).toBe(1);
});

test("two who post at once stop it once, and one who stops while a mail is made is not sent it", async () => {
  const link = await linkOf(colleague);
  const [due] = await place.listJobs("mail");
  site.passSeconds(((due?.runAt.getTime() ?? 0) - site.clock().getTime()) / 1000 + 1);
  await place.run(due);
  const sent = place.mails.taken.length;
  const answers = await Promise.all([call("POST", link, FORM), call("POST", link, FORM)]);
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  await place.runLetters();
  expect(place.mails.taken.length).toBe(sent + 1);
  expect(await standingOf(colleagueId)).toBe("stopped");
});

test("a link that was changed, made with another key, or is of no such mails stops nothing and tells nothing", async () => {
  const link = await linkOf(colleague);
  const token = link.slice(STOP_PATH.length + 1);
  const at = 40;
  const changed = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
  const { tenantId } = place;
  const whose = { tenantId, savedId, staffId: await ownerId(), readerId: colleagueId };
  const foreign = writeStop(sealWith(randomBytes(32)), whose);
  const stranger = await openMailPlace(site);
  const { sealing } = site.jobContext;
  const abroad = writeStop(sealing, { ...whose, tenantId: stranger.tenantId });
  const nobody = writeStop(sealing, {
    ...whose,
    readerId: await stranger.staffIdOf(stranger.owner),
  });
  for (const each of [changed, foreign, abroad, nobody, "x", `${token}=`]) {
    for (const method of ["GET", "POST"] as const) {
      const page = await call(method, `${STOP_PATH}/${each}`, method === "POST" ? FORM : {});
      expect([each, method, page.statusCode]).toEqual([each, method, 404]);
      expect(page.body).not.toContain("Mỗi sáng");
    }
  }
  expect(await standingOf(colleagueId)).toBe("reads");
  // What is no form is not read.
  const json = { type: "application/json", payload: "{}" };
  expect((await call("POST", link, json)).statusCode).toBe(400);
  expect(await standingOf(colleagueId)).toBe("reads");
});

test("who stopped is not named again by whoever ordered it, though the order ends and begins anew", async () => {
  await call("POST", await linkOf(colleague), FORM);
  const again = () =>
    place.owner.ask("PUT", mailPath(savedId), { ...DAILY, readerIds: [colleagueId] });
  expect((await again()).status).toBe(409);
  expect((await place.owner.ask("DELETE", mailPath(savedId))).status).toBe(204);
  expect((await again()).status).toBe(409);
  // They may order it themselves, and whoever stopped their own begins it anew.
  await place.order(colleague, savedId);
  await place.order(place.owner, savedId);
  const link = await linkOf(place.owner);
  await call("POST", link, FORM);
  expect(await standingOf(await ownerId())).toBe("stopped");
  await place.order(place.owner, savedId);
  expect(await standingOf(await ownerId())).toBe("reads");
  await place.owner.ask("DELETE", `/api/v1/saved-reports/${savedId}`);
  expect((await call("POST", link, FORM)).statusCode).toBe(404);
});
