import { expect, test } from "vitest";
import {
  box,
  branchId,
  bring,
  check,
  findOne,
  listCustomers,
  load,
  openCompany,
  owner,
  path,
  reach,
  send,
  upload,
} from "../../../test/import-company.ts";
import { askUntil } from "../../../test/open-test-site.ts";
import type { ImportReply } from "./schema.ts";

const choice = (value: string, vi: string, en: string) => ({ value, label: { vi, en } });
/** A field of each kind, two of them by one name. */
const OWN = [
  { key: "own.usual", kind: "text", label: { vi: "Món quen", en: "Usual" } },
  { key: "own.usual_2", kind: "number", label: { vi: "Món quen", en: "Usual" } },
  { key: "own.since", kind: "date", label: { vi: "Là hội viên từ", en: "Member since" } },
  {
    ...{ key: "own.seat", kind: "choice", label: { vi: "Chỗ ngồi", en: "Seat" } },
    choices: [choice("in", "Trong nhà", "Inside"), choice("out", "Sân, vườn", "Garden")],
  },
  {
    ...{ key: "own.likes", kind: "choices", label: { vi: "Thích", en: "Likes" } },
    choices: [choice("tea", "Trà; trà sữa", "Tea"), choice("cake", "Bánh", "Cake")],
  },
  { key: "own.vegan", kind: "yes-no", label: { vi: "Ăn chay", en: "Vegan" } },
  { key: "own.work", kind: "phone", label: { vi: "Số cơ quan", en: "Work number" } },
  { key: "own.bill", kind: "email", label: { vi: "Email hoá đơn", en: "Billing email" } },
  { key: "own.page", kind: "link", label: { vi: "Trang", en: "Page" } },
];
async function makeFields() {
  for (const field of OWN)
    expect((await owner.request("POST", "/api/v1/customer-fields", field)).status).toBe(201);
}

test("part of MC-2.10: a value that is none of its field comes back to be mended, with the field's name", async () => {
  await openCompany();
  await makeFields();
  const text = [
    "SĐT,Là hội viên từ,Chỗ ngồi,Ăn chay",
    "0912345678,8/3/2024,sân, vườn,có".replace("sân, vườn", '"sân, vườn"'),
    "0912345679,30/2/2024,trên mái,có lẽ",
  ].join("\n");
  const done = await bring(text);
  expect(done.result).toMatchObject({ new: 1, bad: 1 });
  expect(done.reasons).toEqual([
    { reason: "own-choice", field: "own.seat", rows: 1 },
    { reason: "own-date", field: "own.since", rows: 1 },
    { reason: "own-yes-no", field: "own.vegan", rows: 1 },
  ]);
  const bad = await load(`${path}/${done.id}/bad-rows.csv?language=en`);
  expect(bad).toContain("Member since: this is no date");
  const said = new Map(
    (await findOne("0912345678")).fields.map((each) => [each.field, each.value]),
  );
  expect(Object.fromEntries(said)).toMatchObject({
    ...{ "own.since": "2024-03-08", "own.seat": "out", "own.vegan": "yes" },
  });
});

test("part of MC-2.11: what was taken away as a file and is brought in again adds nobody and changes nothing", async () => {
  await openCompany();
  await makeFields();
  for (const [kind, name] of [
    ["groups", "Khách VIP"],
    ["tags", "Trà, bánh"],
    ["tags", "Quen"],
  ] as const)
    expect((await owner.request("POST", `/api/v1/${kind}`, { name })).status).toBeLessThan(300);
  const own = {
    ...{ "own.usual": "=Cà phê; đen", "own.usual_2": "007", "own.since": "2024-02-29" },
    ...{ "own.seat": "out", "own.likes": "tea\ncake", "own.vegan": "no" },
    ...{ "own.work": "024 3826 5555", "own.bill": "B@example.com" },
    "own.page": "https://example.com/a?b=1,2",
  };
  const values = {
    ...{ kind: "company", name: "Công ty Sen", phone: "0912345678", email: "sen@example.com" },
    ...{ birthday: "--02-29", language: "fa", address: "12 Tràng Tiền, Hà Nội" },
    ...{ card: "0042", posId: "-7", ...own },
  };
  const add = (told: object) =>
    owner.request("POST", "/api/v1/customers", { branchId, values: told });
  expect((await add(values)).status).toBe(201);
  await add({ name: "Mai", card: "A 1" });
  await add({ name: "Chỉ có tên" });
  await box.push(box.signIn({ phone: "+84912345679", name: "Lan" }).events);
  await askUntil(listCustomers, ({ total }) => total === 4);
  await bring('SĐT,Nhóm,Thẻ\n0912345678,Khách VIP,"Quen; Trà, bánh"\n');
  const sen = await findOne("0912345678");
  const marks = () => owner.get<unknown>(`/api/v1/customers/${sen.id}/marks`);
  await askUntil(marks, (answer) => JSON.stringify(answer).includes("Trà, bánh"));
  const before = [await findOne("0912345678"), await findOne("Lan"), await marks()];
  for (const [language, form] of [
    ["vi", "csv"],
    ["en", "xlsx"],
  ] as const) {
    const file = (await owner.download(`/api/v1/customers.${form}?language=${language}`)).bytes;
    const sent = (await send(file, `khach.${form}`)).body as ImportReply;
    const { id, checked, suggested, reasons } = await check(sent, { replace: true });
    const reason = "no-identifier";
    expect(reasons, `${form} ${language}`).toEqual([{ reason, field: null, rows: 1 }]);
    expect(new Set(suggested).size, `${form} ${language}`).toBe(11 + OWN.length + 1);
    // Whoever has a name alone cannot be told from others.
    expect(checked, `${form} ${language}`).toEqual({
      rows: 4,
      new: 0,
      changed: 0,
      same: 3,
      bad: 1,
    });
    expect((await owner.request("POST", `${path}/${id}/run`)).status).toBe(204);
    const done = await reach(id, "finished");
    expect(done.result).toMatchObject({ new: 0, changed: 0, same: 3, bad: 1 });
  }
  expect((await listCustomers()).total).toBe(4);
  expect([await findOne("0912345678"), await findOne("Lan"), await marks()]).toEqual(before);
}, 120_000);

test("part of MC-2.11: a file of chosen columns is brought in again by the identifier it holds, and its other columns are left out", async () => {
  await openCompany();
  await makeFields();
  const values = { name: "Mai", phone: "0912345670", card: "0042", "own.usual": "Trà" };
  const added = await owner.request("POST", "/api/v1/customers", { branchId, values });
  expect(added.status).toBe(201);
  const before = await findOne("Mai");
  const chosen = "own.usual,consent.marketing.sms,tier,card,last-visit,zaloId,name";
  const bytes = (language: string) =>
    owner.download(`/api/v1/customers.csv?columns=${chosen}&language=${language}`);
  for (const language of ["vi", "en"]) {
    const file = await upload((await bytes(language)).bytes);
    expect(file.suggested).toEqual(["own.usual", null, null, "card", null, null, "name"]);
    const { id, checked } = await check(file, { replace: true });
    expect(checked).toEqual({ rows: 1, new: 0, changed: 0, same: 1, bad: 0 });
    expect((await owner.request("POST", `${path}/${id}/run`)).status).toBe(204);
    await reach(id, "finished");
  }
  expect(await findOne("Mai")).toEqual(before);
  expect((await listCustomers()).total).toBe(1);
});

test("part of MC-2.10: the sample file has a column for each field of the company's own, and is taken as it is", async () => {
  await openCompany();
  await makeFields();
  for (const language of ["vi", "en"]) {
    const own = await upload(await load(`${path}/sample.csv?language=${language}`));
    expect(own.suggested.slice(11)).toEqual(OWN.map(({ key }) => key));
    expect((await check(own)).checked).toMatchObject({ rows: 4, new: 4, bad: 0 });
  }
});
