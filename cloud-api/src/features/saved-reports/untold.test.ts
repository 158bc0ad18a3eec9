import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestApp, type TestApp } from "../../../test/open-test-app.ts";
import { type MailPlace, openMailPlace } from "../../../test/report-mails.ts";
import { withClient } from "../../platform/roles.ts";

// A kept report whose days have grown to more visits than are counted one by one.

let site: TestApp;
let place: MailPlace;
beforeAll(async () => {
  site = await openTestApp({ sendsMail: true });
}, 120_000);
afterAll(() => site?.close());
beforeEach(async () => {
  place = await openMailPlace(site);
});

const addVisits = (day: string, visits: number) =>
  withClient(site.administratorUrl, (client) =>
    client.query(
      `insert into report_days (tenant_id, branch_id, day, visits, changed_at)
       values ('${place.tenantId}', '${place.branchId}', '${day}', ${visits}, now())
       on conflict (tenant_id, branch_id, day) do update set visits = excluded.visits`,
    ),
  );
const ofPhones = (more: object = {}) =>
  place.save({
    ...{ period: null, days: { from: "2026-09-01", to: "2026-09-10" } },
    ...{ query: { forms: "phone" }, ...more },
  });
const look = async (id: string, asked = "") => {
  const path = `/api/v1/saved-reports/${id}/figures?file=en${asked}`;
  const { status, body } = await place.owner.ask<{ field?: string; instead?: object }>("GET", path);
  return { status, field: body.field, instead: body.instead };
};

test("one of too many visits offers the most of its last days that can be told with those they are set against", async () => {
  const [alone, beside, other] = [
    await ofPhones({ compared: "nothing" }),
    await ofPhones({ name: "Beside" }),
    await ofPhones({
      ...{ name: "Other", days: { from: "2026-09-09", to: "2026-09-10" }, compared: "nothing" },
    }),
  ];
  await addVisits("2026-09-02", 60_000);
  await addVisits("2026-09-07", 60_000);
  const refused = (from: string) => ({
    ...{ status: 400, field: "/from", instead: { from, to: "2026-09-10" } },
  });
  expect(await look(alone)).toEqual(refused("2026-09-03"));
  expect(await look(beside)).toEqual(refused("2026-09-03"));
  // Of eight, seven and six days those before are too many as well.
  await addVisits("2026-08-30", 60_000);
  expect(await look(beside)).toEqual(refused("2026-09-06"));
  // The other's days are none of this one's.
  expect(await look(other, `&against=${alone}`)).toMatchObject({
    ...{ status: 400, field: "/from", instead: undefined },
  });
  expect((await look(other)).status).toBe(200);
}, 120_000);

test.each([
  ["en", ["too many visits to be counted", "of 3 Sept 2026 to 10 Sept 2026 can be told"]],
  ["vi", ["quá nhiều lượt ghé để đếm", "Từ 03/09/2026 đến 10/09/2026 thì xem được"]],
] as const)(
  "one that is mailed says so, and which of its days can be told, in %s",
  async (language, said) => {
    const { owner, mails } = place;
    const id = await ofPhones({ compared: "nothing" });
    await addVisits("2026-09-02", 60_000);
    await addVisits("2026-09-07", 60_000);
    await place.order(owner, id, { language });
    await place.runDue();
    const [mail] = mails.taken;
    for (const part of [...said, `/saved-reports/${id}`, "Mỗi sáng"])
      expect(mail?.text).toContain(part);
    expect(mail?.text).not.toContain("application/pdf");
    expect(await place.lookAtOwn(owner, id)).toMatchObject({ outcome: "sent" });
  },
);
