import { expect } from "vitest";
import type { AccessPointsReply, PoliciesReply } from "../src/features/reports/schema.ts";
import * as naive from "./naive-reports.ts";
import type { ReportYear } from "./report-year.ts";

// What sessions come to once more, one after another: by access policy and by access controller.

type RawSession = {
  visitId: string;
  nasId: string | null;
  policyId: string | null;
  cause: string | null;
  startedAt: Date | null;
  endedAt: Date | null;
  seconds: number;
  uploadBytes: number;
  downloadBytes: number;
};

const listSessions = (year: ReportYear) =>
  year.query<RawSession>(
    `select visit_id as "visitId", nas_id as "nasId", policy_id as "policyId", cause,
       started_at as "startedAt", ended_at as "endedAt", connected_seconds::float as seconds,
       upload_bytes::float as "uploadBytes", download_bytes::float as "downloadBytes"
     from sessions where tenant_id = $tenant`,
  );

type OwnSession = RawSession & { visit: naive.NaiveVisit };

const use = (those: readonly OwnSession[]) => ({
  sessions: those.length,
  customers: new Set(those.flatMap(({ visit }) => visit.customerId ?? [])).size,
  connectedSeconds: those.reduce((sum, { seconds }) => sum + seconds, 0),
  uploadBytes: those.reduce((sum, { uploadBytes }) => sum + uploadBytes, 0),
  downloadBytes: those.reduce((sum, { downloadBytes }) => sum + downloadBytes, 0),
});

const countCauses = (those: readonly OwnSession[], ...named: string[]) =>
  those.filter(({ cause }) => named.includes(cause ?? "")).length;

const isShort = ({ startedAt, endedAt }: OwnSession) =>
  startedAt !== null && endedAt !== null && endedAt.getTime() - startedAt.getTime() < 60_000;

const health = (those: readonly OwnSession[]) => ({
  ...use(those),
  lost: countCauses(those, "Lost-Carrier", "NAS-Reboot"),
  going: those.filter(({ endedAt }) => endedAt === null).length,
  short: those.filter(isShort).length,
});

export const askedWords = (asked: naive.NaiveQuestion): string =>
  Object.entries(asked)
    .filter(([, value]) => typeof value !== "function")
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(",") : value}`)
    .join("&");

/** Every cell of both reports is what the sessions of the visits that are asked about come to. */
export async function expectUse(
  year: ReportYear,
  { visits, asked }: { visits: readonly naive.NaiveVisit[]; asked: naive.NaiveQuestion },
): Promise<void> {
  const mine = new Map(naive.select(visits, asked).map((visit) => [visit.id, visit]));
  const own = (await listSessions(year)).flatMap((session): OwnSession[] => {
    const visit = mine.get(session.visitId);
    return visit ? [{ ...session, visit }] : [];
  });
  const policies = await year.get<PoliciesReply>(`/reports/policies?${askedWords(asked)}`);
  expect(policies.total).toMatchObject({
    ...{ ...use(own), timedOut: countCauses(own, "Session-Timeout") },
  });
  for (const each of ["sessions", "downloadBytes", "timedOut"] as const)
    expect(policies.rows.reduce((sum, row) => sum + row[each], 0)).toBe(policies.total[each]);
  for (const row of policies.rows) {
    const those = own.filter(
      ({ policyId, visit }) => policyId === row.id && visit.branchId === row.branchId,
    );
    expect(row).toMatchObject({
      ...{ ...use(those), timedOut: countCauses(those, "Session-Timeout") },
    });
  }
  const points = await year.get<AccessPointsReply>(`/reports/access-points?${askedWords(asked)}`);
  expect(points.total).toMatchObject(health(own));
  expect(points.rows.reduce((sum, row) => sum + row.sessions, 0)).toBe(own.length);
  for (const row of points.rows) {
    const those = own.filter(
      ({ nasId, visit }) => nasId === row.id && visit.branchId === row.branchId,
    );
    expect(row).toMatchObject(health(those));
  }
}
