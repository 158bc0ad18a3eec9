import { BOX_API, ENROL_PATH, type EnrolReply, type PullReply } from "@foyer/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Enrolled, makeKey, signBoxCall, writeEnrolRequest } from "../../../test/box-calls.ts";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";
import { newId } from "../../platform/clock.ts";
import { orderDisconnect } from "./index.ts";
import { COMMAND_SECONDS } from "./rules.ts";
import type { BranchReply } from "./schema.ts";

let site: TestApp;
let owner: TestBrowser;
beforeAll(async () => {
  site = await openTestApp();
  owner = await site.signUp({ tenantName: "Cà phê Sông Hương" });
});
afterAll(() => site?.close());

const NEW_BRANCH = {
  name: "Bến Thành",
  timeZone: "Asia/Ho_Chi_Minh",
  country: "VN",
  languages: ["vi", "en"],
};
const addBranch = async (browser = owner) =>
  (await browser.ask<BranchReply>("POST", "/api/v1/branches", NEW_BRANCH)).body;
const enrol = async (branchId: string): Promise<Enrolled> => {
  const path = `/api/v1/branches/${branchId}/boxes`;
  const added = await owner.ask<AddedBox>("POST", path, { name: "Quầy" });
  const boxKey = makeKey();
  const payload = writeEnrolRequest(added.body.offer.enrolmentCode, boxKey);
  const answer = await site.app.inject({ method: "POST", url: ENROL_PATH, payload });
  return { ...answer.json<EnrolReply>(), boxKey };
};
type AddedBox = { offer: { enrolmentCode: string } };
type Held = { settings?: number; commands?: number; wait?: number };
const pull = async (boxKey: string, { settings = 0, commands = 0, wait = 0 }: Held = {}) => {
  const url = `${BOX_API.pull}?settings=${settings}&guests=0&commands=${commands}&wait=${wait}`;
  const headers = signBoxCall(boxKey, { method: "GET", target: url });
  const answer = await site.app.inject({ method: "GET", url, headers });
  const reply = answer.statusCode === 200 ? answer.json<PullReply>() : null;
  return { status: answer.statusCode, reply };
};

describe("a command", () => {
  const order = async ({ tenantId, branchId }: Enrolled) => {
    const deviceId = newId();
    await site.database.changeTenant(tenantId, async (tx) => ({
      result: null,
      events: await orderDisconnect(tx, { branchId, deviceId }),
    }));
    return deviceId;
  };

  test("reaches the branch's waiting box at once, and is not sent again once it is held", async () => {
    const enrolment = await enrol((await addBranch()).id);
    const waiting = pull(enrolment.boxKey, { settings: 1, wait: 20 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const deviceId = await order(enrolment);
    const { reply } = await waiting;
    expect(reply?.commands).toMatchObject([{ kind: "guest.disconnect", deviceId, position: 1 }]);
    expect((await pull(enrolment.boxKey, { settings: 1, commands: 1 })).status).toBe(204);
  });

  test("reaches a box that is ahead of a cloud restored from a back-up, once", async () => {
    const enrolment = await enrol((await addBranch()).id);
    const before = await order(enrolment);
    const ahead = (commands: number) => pull(enrolment.boxKey, { settings: 1, commands });
    const { reply } = await ahead(50);
    expect(reply?.commands).toMatchObject([{ deviceId: before, position: 51 }]);
    expect((await ahead(51)).status).toBe(204);
    const after = await order(enrolment);
    expect((await ahead(51)).reply?.commands).toMatchObject([{ deviceId: after, position: 52 }]);
    expect((await ahead(Number.MAX_SAFE_INTEGER)).status).toBe(204);
    expect((await ahead(52)).status).toBe(204);
  });

  test("gets the next position of its branch, whoever orders at once", async () => {
    const enrolment = await enrol((await addBranch()).id);
    await Promise.all(Array.from({ length: 6 }, () => order(enrolment)));
    const { reply } = await pull(enrolment.boxKey, { settings: 1 });
    expect(reply?.commands.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("that comes too late is not sent", async () => {
    const enrolment = await enrol((await addBranch()).id);
    await order(enrolment);
    site.passSeconds(COMMAND_SECONDS);
    expect((await pull(enrolment.boxKey, { settings: 1 })).status).toBe(204);
  });
});
