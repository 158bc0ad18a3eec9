import { afterAll, beforeAll, expect, test } from "vitest";
import type {
  CustomerCheckReply,
  DeskReply,
  TakenReply,
} from "../src/features/answer-desk/schema.ts";
import type { CustomerListReply } from "../src/features/customers/index.ts";
import { newId } from "../src/platform/clock.ts";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "./open-test-site.ts";
import { APP_ID, APP_SECRET, OA_ID, openZaloAccount, type ZaloAccount } from "./zalo-account.ts";

let site: TestSite;
let zalo: ZaloAccount;
let owner: TestStaff;
let box: EnrolledBox;
let branchId: string;

const WORDING = {
  title: { vi: "Mùa xuân" },
  questions: [{ kind: "rating", id: "food", label: { vi: "Món ăn?" }, required: true }],
};

beforeAll(async () => {
  site = await openTestSite();
  zalo = await openZaloAccount();
  owner = await site.addOwner();
  branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
  box = await owner.addBox(branchId);
  await owner.request("POST", "/api/v1/surveys", { wording: WORDING, branchIds: [branchId] });
  zalo.profiles.set("u1", { display_name: "Đạt", shared_info: { phone: "0912345678" } });
  const made = await owner.request("POST", "/api/v1/senders", {
    ...{ name: "OA", kind: "zalo" },
    settings: {
      ...{ baseUrl: zalo.url, oauthUrl: zalo.url, oaUrl: zalo.url, appId: APP_ID },
      ...{ templateId: "1", codeParameter: "otp" },
    },
    secrets: { appSecret: APP_SECRET, refreshToken: "refresh-1" },
  });
  const path = `/api/v1/zalo-accounts/${(made.body as { id: string }).id}`;
  await owner.request("PUT", path, { oaId: OA_ID, branchId });
});
afterAll(async () => {
  await zalo?.close();
  await site?.close();
});

const list = () => owner.get<CustomerListReply>("/api/v1/customers");
const findBy = async (name: string) => {
  const { customers } = await askUntil(list, (all) => all.customers.some((c) => c.name === name));
  return customers.find((each) => each.name === name);
};
async function check(phone: string): Promise<CustomerCheckReply> {
  const path = "/api/v1/answer-desk/customer-checks";
  const reply = await owner.request("POST", path, { branchId, phone });
  expect(reply.status).toBe(200);
  return reply.body as CustomerCheckReply;
}
async function answer(phone: string): Promise<TakenReply> {
  const desk = await owner.get<DeskReply>("/api/v1/answer-desk");
  const survey = desk.branches[0]?.surveys[0];
  const reply = await owner.request("POST", "/api/v1/answer-desk/answers", {
    ...{ answerId: newId(), staffId: desk.staff.id, surveyId: survey?.id, branchId, phone },
    ...{ version: survey?.version ?? null, how: "phone", language: "vi" },
    takenAt: site.now().toISOString(),
    answers: { choices: {}, ratings: { food: 5 }, scales: {}, dates: {}, texts: {} },
  });
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  return reply.body as TakenReply;
}

test("a number that a follower typed into Zalo's form is found as nobody's at the desk, until the company says it or somebody proves it", async () => {
  const phone = "0912 345 678";
  const follower = await findBy("Đạt");
  expect(follower).toMatchObject({ phone: "+84912345678" });
  expect(await check(phone)).toEqual({ state: "unknown" });
  expect(await answer(phone)).toMatchObject({ whose: "unknown", coupon: null });
  const path = `/api/v1/customers/${follower?.id}`;
  const said = { values: { phone: "0912345679" } };
  expect((await owner.request("PATCH", path, said)).status).toBeLessThan(300);
  // What staff wrote of them is the company's word; what the form said before is still nobody's.
  const found = await askUntil(
    () => check("0912345679"),
    ({ state }) => state === "found",
  );
  expect(found).toEqual({ state: "found", name: "Đạt" });
  expect(await check(phone)).toEqual({ state: "unknown" });
  await box.push(box.signIn({ phone: "+84912345678", name: "Hoa" }).events);
  await findBy("Hoa");
  expect(await check(phone)).toEqual({ state: "found", name: "Hoa" });
});
