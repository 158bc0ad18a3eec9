import { expect, test } from "vitest";
import { toCopyCsv } from "./copy-csv.ts";
import type { CopyReply } from "./schema.ts";

const AT = "2026-11-26T02:00:00.000Z";
const ID = "01990000-0000-7000-8000-0000000000c1";

const lan: CopyReply = {
  ...{ id: ID, kind: "person", mergedInto: null, restrictedAt: null, proved: [] },
  ...{ name: "Nguyễn Thị Ánh", phone: "+84912345678", email: null, birthday: null },
  ...{ language: "vi", source: { branchId: ID, branchName: "Hồ Gươm", at: AT } },
  ...{ visits: 7, lastVisitAt: AT, daysSinceLastVisit: 0 },
  fields: ["=cmd|' /C calc'!A0", "007"].map((value, index) => ({
    ...{ field: index === 0 ? "name" : "own.card", value, givenBy: "guest" as const, givenAt: AT },
    ...{ staffId: null, staffName: null },
    label: index === 0 ? null : { vi: "Số thẻ", en: "Card" },
    ...{ branchId: ID, branchName: "Hồ Gươm", termsVersion: 2 },
  })),
  devices: [
    {
      ...{ id: ID, mac: "AC-00-5E-00-53-01", randomised: true, firstSeenAt: AT, lastSeenAt: AT },
      ...{ system: "ios", form: "phone" },
    },
  ],
  consents: [
    {
      ...{ purpose: "marketing", channel: "zalo", given: true, at: AT, textVersion: 2 },
      ...{ language: "vi", branchId: ID, branchName: "Hồ Gươm", nasId: ID, method: "details" },
    },
    {
      ...{
        purpose: "marketing",
        channel: null,
        given: false,
        at: AT,
        textVersion: 1,
        language: "vi",
      },
      ...{ branchId: ID, branchName: "Hồ Gươm", nasId: null, method: "own-page" },
    },
  ],
  requests: [],
  earlier: [
    {
      ...{ field: "name", value: "Ánh", givenBy: "staff", givenAt: AT, label: null },
      ...{ staffId: ID, staffName: "Mai", branchId: ID, branchName: "Hồ Gươm", termsVersion: null },
    },
  ],
  history: [
    {
      ...{ kind: "survey", what: "Bạn thấy thế nào?", value: "=5", at: AT, endedAt: null },
      branchName: "Hồ Gươm",
    },
    {
      ...{
        kind: "visit",
        what: "Đã đến",
        value: null,
        at: AT,
        endedAt: "2026-11-26T03:00:00.000Z",
      },
      branchName: "Hồ Gươm",
    },
  ],
};

test("a copy as a table names each thing, with its words, in the customer's own language", () => {
  const lines = toCopyCsv(lan).split("\r\n");
  expect(lines[0]).toBe('\ufeff"Phần","Mục","Giá trị","Lúc (UTC)","Nơi","Theo"');
  expect(lines.find((line) => line.includes("Số thẻ"))).toContain(`"'007"`);
  expect(lines.find((line) => line.includes("cmd"))).toContain(`"'=cmd`);
  expect(lines.find((line) => line.includes("AC-00"))).toContain(
    '"Thiết bị","Điện thoại, iOS, địa chỉ riêng tư"',
  );
  const english = toCopyCsv({ ...lan, language: "en" });
  expect(english).toContain('"Messages and offers","withdrawn"');
  expect(english).toContain('"text version 1, vi, on their profile page"');
  expect(toCopyCsv(lan)).toContain('"Tin nhắn và ưu đãi: Zalo","đã đồng ý"');
  expect(toCopyCsv(lan)).toContain('"Trước đó","Tên","Ánh"');
  expect(toCopyCsv(lan)).toContain(`"Khảo sát","Bạn thấy thế nào?","'=5","${AT}","Hồ Gươm"`);
  expect(toCopyCsv(lan)).toContain(`"Lượt ghé","Đã đến",,"${AT} – 2026-11-26T03:00:00.000Z"`);
});
