import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { holdMarks } from "../marks/index.ts";
import { gridRoutes } from "./grid-routes.ts";
import {
  countByTotal,
  countUnscored,
  findRun,
  findSettings,
  listScores,
  saveSettings,
} from "./queries.ts";
import { findFault } from "./rules.ts";
import { CustomerParams, CustomerScoreReply, ScoresReply, SettingsBody } from "./schema.ts";
import { scoreAll, scoresChanged } from "./score.ts";

export const TAG = {
  name: "scores",
  description: "What customers' visits are worth: points, and tiers by them",
};
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "scores.read" } };
const PATH = "/api/v1/scores";

export function scoreRoutes(routes: Routes, context: Context): void {
  const { database } = context;
  gridRoutes(routes, context);
  routes.get(
    PATH,
    {
      config: READ,
      schema: {
        tags,
        summary: "How customers are scored, which tiers they have for it, and how many have what",
        response: { 200: ScoresReply, ...refusals },
      },
    },
    (request) => database.readTenant(tenantOf(request), describe),
  );
  routes.put(
    PATH,
    {
      config: { access: { permission: "scores.edit" } },
      schema: {
        tags,
        summary: "Score by other bounds, or give other tiers; everybody is scored anew",
        body: SettingsBody,
        response: { 200: ScoresReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        await saveChecked(tx, request.body);
        return { result: await describe(tx), events: [scoresChanged(tx)] };
      }),
  );
  routes.get(
    "/api/v1/customers/:id/score",
    {
      config: READ,
      schema: {
        tags,
        summary: "The points of a customer, and what they are for",
        params: CustomerParams,
        response: { 200: CustomerScoreReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { windowDays } = await findSettings(tx);
        const [row] = await listScores(tx, [request.params.id]);
        if (!row) return { score: null, windowDays };
        const { firstAt, lastAt, visits, length, recency, frequency, total } = row;
        const span = { firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() };
        return { score: { ...span, visits, length, recency, frequency, total }, windowDays };
      }),
  );
}

async function saveChecked(tx: TenantTransaction, body: SettingsBody): Promise<void> {
  const ranks = body.ranks.map((rank) => ({ ...rank, tierId: rank.tierId.toLowerCase() }));
  const settings = { ...body, ranks };
  const fault = findFault(settings);
  if (fault) throw refuse("invalid", `${fault.field} ${fault.reason}.`, { field: fault.field });
  const ids = ranks.map(({ tierId }) => tierId);
  const there = await holdMarks(tx, { kind: "tier", ids });
  const missing = ids.findIndex((id) => !there.includes(id));
  if (missing >= 0)
    throw refuse("invalid", "There is no such tier. It may have been removed.", {
      field: `/ranks/${missing}/tierId`,
    });
  await scoreAll(tx, "settings");
  noteChange(tx, { kind: "scores", id: null, before: await findSettings(tx), after: settings });
  await saveSettings(tx, settings);
}

async function describe(tx: TenantTransaction) {
  const settings = await findSettings(tx);
  const run = await findRun(tx);
  return {
    settings: {
      ...settings,
      ...{ lengthDays: [...settings.lengthDays], recencyDays: [...settings.recencyDays] },
      ...{ visits: [...settings.visits], ranks: [...settings.ranks] },
    },
    progress: run && { done: run.done, total: run.total },
    totals: await countByTotal(tx),
    unscored: await countUnscored(tx),
  };
}
