import type * as naive from "./naive-reports.ts";
import type { ReportYear } from "./report-year.ts";

/** What reports of a year are asked: by place and days, by hours, and of some guests alone. */
export async function makeQuestions(
  year: ReportYear,
  visits: readonly naive.NaiveVisit[],
): Promise<naive.NaiveQuestion[]> {
  const [one, , three] = year.branches.map(({ id }) => id) as [string, string, string];
  return [
    { from: "2025-10-01", to: "2026-11-21" },
    { from: "2026-02-01", to: "2026-02-28" },
    { from: "2026-03-01", to: "2026-04-17", branchIds: [one, three] },
    { from: "2026-10-24", to: "2026-10-26", branchIds: [three] },
    { from: "2026-01-01", to: "2026-10-31", hours: [1, 2, 22, 23] },
    { from: "2026-01-01", to: "2026-10-31", weekdays: [6, 7] },
    {
      from: "2026-03-05",
      to: "2026-10-31",
      hours: [0, 1, 2, 3, 9],
      weekdays: [7],
      branchIds: [three],
    },
    ...(await narrowQuestions(year, visits)),
  ];
}

/** The same told apart by whose visits they are, and by how they came. */
async function narrowQuestions(
  year: ReportYear,
  visits: readonly naive.NaiveVisit[],
): Promise<naive.NaiveQuestion[]> {
  const three = year.branches[2]?.id ?? "";
  const make = async (path: string, body: object) =>
    (await year.owner.ask<{ id: string }>("POST", `/api/v1/${path}`, body)).body.id;
  const tagId = await make("tags", { name: "Quen" });
  const known = [...new Set(visits.flatMap(({ customerId }) => customerId ?? []))].sort();
  const tagged = new Set(known.filter((_, index) => index % 3 === 0));
  for (const id of tagged)
    await year.owner.ask("PUT", `/api/v1/customers/${id}/tags`, { tagIds: [tagId] });
  const tree = { kind: "all", of: [{ kind: "visit-count", count: { min: 4 }, visits: {} }] };
  const segmentId = await make("segments", { name: "Bốn lần", tree });
  await year.site.follow(year.tenantId);
  const counts = Map.groupBy(visits, ({ customerId }) => customerId ?? "");
  const often = (id: string | null) => id !== null && (counts.get(id)?.length ?? 0) >= 4;
  const whole = { from: "2025-10-01", to: "2026-11-21" };
  const hasTag = ({ customerId }: naive.NaiveFact) => tagged.has(customerId ?? "");
  const isInBoth = ({ customerId, language }: naive.NaiveFact) =>
    often(customerId) && language === "en";
  return [
    { ...whole, tagId, among: hasTag, whose: hasTag },
    {
      ...{ from: "2026-02-01", to: "2026-10-31", branchIds: [three], segmentId },
      ...{ languages: ["en"], among: isInBoth, whose: isInBoth },
    },
    {
      ...{ ...whole, tagId, devices: ["given"], methods: ["phone-code", "returning"] },
      ...{ weekdays: [1, 2, 3, 4, 5, 6], whose: hasTag },
      among: (fact) =>
        hasTag(fact) &&
        fact.device === "given" &&
        ["phone-code", "returning"].includes(fact.method),
    },
    {
      ...{ from: "2026-01-05", to: "2026-10-31", devices: ["made-up", "unknown"] },
      hours: [1, 2, 3, 9, 23],
      among: ({ device }) => device !== "given",
    },
    {
      ...{ ...whole, methods: ["phone-code", "unknown"], weekdays: [1, 7] },
      among: ({ method }) => method === "phone-code" || method === "unknown",
    },
  ];
}
