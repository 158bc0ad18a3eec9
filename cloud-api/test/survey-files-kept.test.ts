import { afterAll, beforeAll, expect, test } from "vitest";
import type { Days } from "../src/features/retention/purge.ts";
import { STEPS } from "../src/features/retention/purge.ts";
import { STANDARD_RULES } from "../src/features/retention/rules.ts";
import { findFileBytes, insertFile } from "../src/features/surveys/file-queries.ts";
import { BRANCH_DAY_BYTES_MAX, COMPANY_BYTES_MAX } from "../src/features/surveys/file-rules.ts";
import { newId } from "../src/platform/clock.ts";
import { openTestCloud, type TestCloud } from "./open-test-cloud.ts";
import { openTestSite, type TestSite } from "./open-test-site.ts";
import { answer, type FilesPlace, openFilesPlace, photograph } from "./survey-files-place.ts";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());

const DAY_MS = 24 * 60 * 60 * 1000;
const days = Object.fromEntries(STANDARD_RULES.map(({ kind, days }) => [kind, days])) as Days;

test("files go with the texts of their answers, whoever they were of, and no sooner", async () => {
  const tenantId = await cloud.addTenant();
  const [old, young] = [newId(), newId()];
  const ago = (count: number) => new Date(cloud.clock().getTime() - count * DAY_MS);
  const keep = (id: string, answeredAt: Date) =>
    cloud.database.inTenant(tenantId, (tx) =>
      insertFile(tx, {
        ...{ id, answerId: newId(), branchId: newId(), questionId: "photo", kind: "jpeg" },
        ...{ bytes: Buffer.from("a"), byteCount: 1, width: 1, height: 1 },
        ...{ sentHash: Buffer.from(id), answeredAt, isGuests: true },
      }),
    );
  await keep(old, ago(days.surveyDays + 1));
  await keep(young, ago(days.surveyDays - 1));
  const step = STEPS.find(({ counted }) => counted === "surveyFiles");
  if (!step) throw new Error("Nothing purges files.");
  const done = await cloud.database.inTenant(tenantId, (tx) => step.purge(tx, days));
  expect(done).toMatchObject({ removed: 1, isThrough: true });
  const find = (id: string) => cloud.database.readTenant(tenantId, (tx) => findFileBytes(tx, id));
  expect([await find(old), await find(young)]).toMatchObject([null, { kind: "jpeg" }]);
});

/** A file of so many bytes stands at a branch, of which nothing but its size is looked at. */
const keepBytes = (
  site: TestSite,
  { staff, branchId }: FilesPlace,
  { bytes, byGuest = true, hoursAgo = 0 }: { bytes: number; byGuest?: boolean; hoursAgo?: number },
) =>
  site.asAdministrator(
    `insert into survey_files (tenant_id, id, answer_id, branch_id, question_id, kind, bytes,
       byte_count, sent_hash, answered_at, by_guest, added_at)
     values ($1, $2, $2, $3, 'photo', 'jpeg', '', $4, '', now(), $5, $6)`,
    [
      ...[staff.tenantId, newId(), branchId, bytes, byGuest],
      new Date(site.now().getTime() - hoursAgo * 3_600_000).toISOString(),
    ],
  );

test("a company whose customers have sent all that there is room for takes no more", async () => {
  const site = await openTestSite();
  try {
    const place = await openFilesPlace(site);
    const customer = await answer(site, place);
    await keepBytes(site, place, { bytes: COMPANY_BYTES_MAX - 1, hoursAgo: 72 });
    const { status, said } = await customer.send(await photograph());
    expect([status, said]).toEqual([507, expect.stringContaining("cannot take more files")]);
    const other = await openFilesPlace(site);
    expect((await (await answer(site, other)).send(await photograph())).status).toBe(200);
  } finally {
    await site.close();
  }
});

test("what staff add leaves customers their day", async () => {
  const site = await openTestSite();
  try {
    const place = await openFilesPlace(site);
    const customer = await answer(site, place);
    await keepBytes(site, place, { bytes: BRANCH_DAY_BYTES_MAX - 1, byGuest: false });
    expect((await customer.send(await photograph())).status).toBe(200);
  } finally {
    await site.close();
  }
});

test("whoever answers again and again at one branch fills its day and no more: elsewhere there is room", async () => {
  const site = await openTestSite();
  try {
    const place = await openFilesPlace(site);
    const other = await openFilesPlace(site, place.staff);
    const customer = await answer(site, place);
    const fill = (hoursAgo: number) =>
      keepBytes(site, place, { bytes: BRANCH_DAY_BYTES_MAX - 1, hoursAgo });
    await fill(25);
    expect((await customer.send(await photograph())).status).toBe(200);
    await fill(23);
    expect((await customer.send(await photograph())).status).toBe(507);
    expect((await (await answer(site, other)).send(await photograph())).status).toBe(200);
  } finally {
    await site.close();
  }
});
