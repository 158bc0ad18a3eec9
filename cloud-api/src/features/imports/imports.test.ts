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
  read,
  site,
  upload,
} from "../../../test/import-company.ts";
import { askUntil } from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import type { CustomerReply } from "../customers/index.ts";

const FILE = [
  "Họ tên,Số điện thoại,Email,Ngày sinh,Ghi chú",
  "Nguyễn Thị Lan,0912 345 678,LAN@example.com,24/3/1992,thích trà",
  "Trần Minh,0168 345 6789,,,",
  "Không số,,,,",
  "Số sai,12,lan@,32/1,",
  ",,,,",
  'Lê "Hoa" Hồng,,hoa@example.com,,"a, b"',
].join("\r\n");

test("part of MC-2.10: a file's columns are mapped, looked through without a change, and brought in", async () => {
  await openCompany();
  const file = await upload(FILE);
  expect(file).toMatchObject({ state: "uploaded", encoding: "utf-8", separator: "," });
  expect(file.suggested).toEqual(["name", "phone", "email", "birthday", null]);
  expect(file.samples[0]).toEqual([
    "Nguyễn Thị Lan",
    "0912 345 678",
    "LAN@example.com",
    "24/3/1992",
    "thích trà",
  ]);
  const checked = await check(file);
  expect(checked.checked).toEqual({ rows: 5, new: 3, changed: 0, same: 0, bad: 2 });
  expect((await listCustomers()).total).toBe(0);
  await owner.request("POST", `${path}/${file.id}/run`);
  const done = await reach(file.id, "finished");
  expect(done.result).toEqual({ new: 3, changed: 0, same: 0, bad: 2, leftOut: 0, waiting: 0 });
  const lan = await findOne("nguyen lan");
  expect(lan).toMatchObject({
    name: "Nguyễn Thị Lan",
    phone: "+84912345678",
    email: "lan@example.com",
    birthday: "1992-03-24",
    visits: 0,
  });
  expect(lan.fields.map(({ givenBy }) => givenBy)).toEqual(Array(4).fill("import"));
  expect(lan.consents).toEqual([]);
  expect((await findOne("0383456789")).name).toBe("Trần Minh");
});

test("part of MC-2.10: each bad row is in a file with its reasons, which is mended and sent again", async () => {
  await openCompany();
  const { id } = await bring(FILE);
  const bad = await load(`${path}/${id}/bad-rows.csv?language=en`);
  expect(bad.split("\r\n")).toEqual([
    '\ufeff"Họ tên","Số điện thoại","Email","Ngày sinh","Ghi chú","What is wrong"',
    '"Không số","","","","","no phone number, email address, card or till ID"',
    '"Số sai","12","lan@","32/1","","the phone number is too short; the email address is none; the birthday is no date (day/month/year)"',
    "",
  ]);
  const mended = bad
    .replace('"Không số",""', '"Không số","\'0912000009"')
    .replace('"12","lan@","32/1"', '"0912000008","",""');
  const done = await bring(mended);
  expect(done.suggested).toEqual(["name", "phone", "email", "birthday", null, null]);
  expect(done.result).toMatchObject({ new: 2, bad: 0 });
  expect((await listCustomers()).total).toBe(5);
});

test("part of MC-2.10: the same file twice adds nobody, and tells the log nothing", async () => {
  await openCompany();
  await bring(FILE);
  const told = () => site.listEvents(owner.tenantId, "customer.imported");
  const before = (await told()).length;
  const done = await bring(FILE);
  expect(done.checked).toMatchObject({ new: 0, changed: 0, same: 3 });
  expect(done.result).toMatchObject({ new: 0, changed: 0, same: 3, bad: 2 });
  expect((await listCustomers()).total).toBe(3);
  expect((await told()).length).toBe(before);
});

test("part of MC-2.10: the same file brought in twice at once adds each person once", async () => {
  await openCompany();
  const rows = Array.from(
    { length: 600 },
    (_, index) => `Khách ${index},09120${String(index).padStart(5, "0")}`,
  );
  const text = ["Tên,SĐT", ...rows].join("\n");
  const [one, other] = await Promise.all([bring(text), bring(text)]);
  expect((await listCustomers()).total).toBe(600);
  const made = (one?.result.new ?? 0) + (other?.result.new ?? 0);
  expect(made).toBe(600);
});

test("part of MC-2.10: a row is joined to who verified its number; what they told stays unless it is to be replaced", async () => {
  await openCompany();
  await box.push(box.signIn({ phone: "+84912345678", name: "Lan" }).events);
  await askUntil(listCustomers, ({ total }) => total === 1);
  const text = "Tên,SĐT,Email\nLan Nguyễn,0912345678,lan@example.com\n";
  expect((await bring(text)).result).toMatchObject({ new: 0, changed: 1 });
  expect(await findOne("lan")).toMatchObject({ name: "Lan", email: "lan@example.com" });
  expect((await bring(text, { replace: true })).result).toMatchObject({ changed: 1 });
  expect(await findOne("lan")).toMatchObject({ name: "Lan Nguyễn", phone: "+84912345678" });
});

test("part of MC-2.10: who signs in later with a number of the file is that customer", async () => {
  await openCompany();
  await bring("Tên,SĐT,Sinh nhật\nMai,0912345678,1/2/1990\n");
  const before = await findOne("mai");
  await box.push(box.signIn({ phone: "+84912345678", name: "Mai Anh" }).events);
  const after = await askUntil(
    () => owner.get<CustomerReply>(`/api/v1/customers/${before.id}`),
    ({ name }) => name === "Mai Anh",
  );
  expect(after).toMatchObject({ name: "Mai Anh", birthday: "1990-02-01" });
  expect((await listCustomers()).total).toBe(1);
});

test("part of MC-2.10: a replay of the log makes the same customers", async () => {
  await openCompany();
  await bring(FILE);
  const lan = await findOne("lan");
  const replayed = await owner.request("POST", "/api/v1/replays", { feature: "customers" });
  expect(replayed.status).toBeLessThan(300);
  const again = await askUntil(
    () => owner.get<CustomerReply>(`/api/v1/customers/${lan.id}`),
    ({ name }) => name !== null,
  );
  expect(again).toEqual(lan);
});

test("part of MC-2.10: groups and tags are given by name, and one nobody made is a bad row", async () => {
  await openCompany();
  for (const [kind, name] of [
    ["groups", "Khách VIP"],
    ["tags", "Trà"],
  ] as const)
    expect((await owner.request("POST", `/api/v1/${kind}`, { name })).status).toBeLessThan(300);
  const done = await bring(
    "Tên,SĐT,Nhóm,Thẻ\nLan,0912345678,khách vip,Trà\nMinh,0912345679,,Kem\n",
  );
  expect(done.result).toMatchObject({ new: 1, bad: 1 });
  expect(done.reasons).toEqual([{ reason: "tag-unknown", field: null, rows: 1 }]);
  const lan = await findOne("lan");
  const marks = () => owner.get<unknown>(`/api/v1/customers/${lan.id}/marks`);
  await askUntil(marks, (answer) => JSON.stringify(answer).includes("Trà"));
  expect(JSON.stringify(await marks())).toContain("Khách VIP");
});

test("part of MC-2.10: a file in an old Vietnamese code page, or in UTF-16, is read as it was written", async () => {
  await openCompany();
  // "Đức" in windows-1258: the accent stands after its letter.
  const old = Buffer.concat([
    Buffer.from("Ten;SDT\n"),
    Buffer.from([0xd0, 0xfd, 0xec, 0x63]),
    Buffer.from(";0912345678\n"),
  ]);
  expect(await upload(old)).toMatchObject({ encoding: "windows-1258", separator: ";" });
  await bring(old);
  expect((await findOne("0912345678")).name).toBe("Đức");
  const wide = Buffer.from("\ufeffTên\tSĐT\nLý\t0912345679\n", "utf16le");
  expect((await bring(wide)).result).toMatchObject({ new: 1 });
  expect((await findOne("0912345679")).name).toBe("Lý");
});

test("what is no table is refused in a word that says why", async () => {
  await openCompany();
  expect(await upload("PK\u0003\u0004 …")).toMatchObject({
    state: "failed",
    failure: "workbook-broken",
  });
  expect(await upload("")).toMatchObject({ state: "failed", failure: "empty" });
  const { id, suggested } = await upload("Tên,Ghi chú\nLan,x\n");
  const body = { columns: suggested, branchId, country: "VN", replace: false };
  expect(await owner.request("PUT", `${path}/${id}/plan`, body)).toMatchObject({
    status: 400,
    body: { field: "/columns" },
  });
  expect((await owner.request("POST", `${path}/${id}/run`)).status).toBe(409);
  const open = await upload('Tên,SĐT\n"Lan,0912345678');
  const plan = { ...body, columns: open.suggested };
  expect((await owner.request("PUT", `${path}/${open.id}/plan`, plan)).status).toBe(200);
  expect(await reach(open.id, "failed")).toMatchObject({ failure: "open-quote" });
});

test("an import that was cancelled goes no further, and its file is kept no longer", async () => {
  await openCompany();
  const { id } = await check(await upload(FILE));
  expect((await owner.request("POST", `${path}/${id}/cancel`)).status).toBe(204);
  expect(await read(id)).toMatchObject({ state: "cancelled", samples: [] });
  expect((await owner.request("POST", `${path}/${id}/run`)).status).toBe(409);
  expect((await listCustomers()).total).toBe(0);
});

test("part of MC-2.13: viewers neither send nor see files, and no other company sees one", async () => {
  await openCompany();
  const { id } = await upload(FILE);
  const viewer = await site.addViewer(owner);
  expect((await viewer.request("GET", `${path}/${id}`)).status).toBe(403);
  const other = await site.addOwner();
  expect((await other.request("GET", `${path}/${id}`)).status).toBe(404);
  expect(await other.get(path)).toEqual({ imports: [] });
});

test("who asked to be forgotten is not brought back by an old list, nor kept from the log", async () => {
  await openCompany();
  const { events, guestId, deviceId } = box.signIn({ phone: "+84912345678", name: "Lan" });
  await box.push(events);
  await askUntil(listCustomers, ({ total }) => total === 1);
  await bring("Tên,SĐT,Email\nLan,0912345678,lan.rieng@example.com\n");
  expect(await site.countPersonal(owner.tenantId, "lan.rieng@example.com")).toBe(1);
  const requestId = crypto.randomUUID();
  await box.push([
    box.write("guest.deletion-requested", {
      requestId,
      guestId,
      deviceId,
      nasId: NAS_ID,
      language: "vi",
    }),
  ]);
  await askUntil(
    () => site.countPersonal(owner.tenantId, "lan.rieng"),
    (count) => count === 0,
  );
  expect(await site.countPersonal(owner.tenantId, "lan.rieng")).toBe(0);
  const done = await bring("Tên,SĐT\nLan,0912345678\n");
  expect(done.result).toMatchObject({ new: 0, bad: 1 });
  expect(done.reasons).toEqual([{ reason: "forgotten", field: null, rows: 1 }]);
});

test("part of MC-2.10: what a column was is remembered for the next file, whatever its name says", async () => {
  await openCompany();
  const first = await upload("Người,Liên hệ,Email\nLan,0912345678,x\n");
  expect(first.suggested).toEqual([null, null, "email"]);
  await check(first, { columns: ["name", "phone", null] });
  const next = await upload("Email,LIÊN HỆ,Người\nx,0912345679,Minh\n");
  expect(next.suggested).toEqual([null, "phone", "name"]);
});

test("part of MC-2.10: the sample file is taken as it is", async () => {
  await openCompany();
  const sample = await load(`${path}/sample.csv?language=en`);
  const file = await upload(sample);
  expect(file.suggested).toEqual([
    ...["name", "phone", "email", "birthday", "language", "kind"],
    ...["address", "card", "posId", "group", "tags"],
  ]);
  expect((await check(file)).checked).toEqual({ rows: 4, new: 4, changed: 0, same: 0, bad: 0 });
});

test("what a file was read as can be said otherwise, and its columns are new then", async () => {
  await openCompany();
  const { id, headers } = await upload("Tên;SĐT,x;z\nLan;0912345678,y;z\n");
  expect(headers).toEqual(["Tên", "SĐT,x", "z"]);
  const form = { encoding: "utf-8", separator: "," };
  const answer = await owner.request("PUT", `${path}/${id}/form`, form);
  expect(answer).toMatchObject({ status: 200, body: { headers: ["Tên;SĐT", "x;z"], plan: null } });
  expect(
    (await owner.request("PUT", `${path}/${id}/form`, { ...form, separator: "z" })).status,
  ).toBe(400);
});

test("an import that runs is cancelled: who came in stays, and nobody comes after", async () => {
  await openCompany();
  const rows = Array.from(
    { length: 6000 },
    (_, row) => `K${row},09120${String(row).padStart(5, "0")}`,
  );
  const { id } = await check(await upload(["Tên,SĐT", ...rows].join("\n")));
  await owner.request("POST", `${path}/${id}/run`);
  await askUntil(
    () => read(id),
    ({ result }) => result.new > 0,
  );
  expect((await owner.request("POST", `${path}/${id}/cancel`)).status).toBe(204);
  const still = await askUntil(
    () => read(id),
    ({ result }) => result.waiting === 0,
  );
  expect(still).toMatchObject({ state: "cancelled", result: { waiting: 0 } });
  expect(still.result.new).toBeLessThan(6000);
  expect((await listCustomers()).total).toBe(still.result.new);
});

test("groups and tags are given by a file to whoever may give them by hand, and refused to others at the column", async () => {
  await openCompany();
  await owner.request("POST", "/api/v1/tags", { name: "Khách quen" });
  const text = "Họ tên,Số điện thoại,Thẻ\nLan,0912345678,Khách quen\n";
  const { id } = await upload(text);
  const clerk = await site.addStaffWith(owner, ["imports.edit"]);
  const plan = (columns: (string | null)[]) => ({
    columns,
    branchId,
    country: "VN",
    replace: false,
  });
  const tagged = plan(["name", "phone", "tags"]);
  expect(await clerk.request("PUT", `${path}/${id}/plan`, tagged)).toMatchObject({
    ...{ status: 403, body: { field: "/columns/2" } },
  });
  expect((await owner.request("PUT", `${path}/${id}/plan`, tagged)).status).toBe(200);
  await reach(id, "checked");
  // What somebody else had looked through gives them just as little.
  expect((await clerk.request("POST", `${path}/${id}/run`)).status).toBe(403);
  const plain = plan(["name", "phone", null]);
  expect((await clerk.request("PUT", `${path}/${id}/plan`, plain)).status).toBe(200);
  await reach(id, "checked");
  expect((await clerk.request("POST", `${path}/${id}/run`)).status).toBe(204);
});
