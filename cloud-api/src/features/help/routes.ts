import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { staffOf } from "../../platform/session.ts";
import { type ChangedVersion, listEntryIds, listNews, readChangelog } from "./changelog.ts";
import { findChangeLook, saveChangeLook } from "./queries.ts";
import { ChangeNewsReply, ChangesReply } from "./schema.ts";

export const TAG = { name: "help", description: "What changed in Foyer, version by version" };
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
// It tells of Foyer and of nobody's company.
const config = { access: "staff" } as const;
/** A release carries it beside its packages. */
const CHANGELOG = join(import.meta.dirname, "../../../../CHANGELOG.md");

export function helpRoutes(routes: Routes, { database, release }: Context): void {
  const versions = readChangelog(readFileSync(CHANGELOG, "utf8"));
  const ids = listEntryIds(versions);
  routes.get(
    "/api/v1/changes",
    {
      config,
      schema: {
        ...{ tags, summary: "The versions of Foyer and what changed with each" },
        response: { 200: ChangesReply, ...refusals },
      },
    },
    async (request) => {
      const look = await database.inDirectory((tx) => findChangeLook(tx, staffOf(request).staffId));
      const news = listNews(ids, look?.entries ?? null);
      const lookedAt = look?.lookedAt.toISOString() ?? null;
      return { running: release, lookedAt, versions: versions.map((each) => mark(each, news)) };
    },
  );
  routes.get(
    "/api/v1/me/change-news",
    {
      config,
      schema: {
        ...{ tags, summary: "How many changes came since one last looked at them" },
        response: { 200: ChangeNewsReply, ...refusals },
      },
    },
    async (request) => {
      const look = await database.inDirectory((tx) => findChangeLook(tx, staffOf(request).staffId));
      return { count: listNews(ids, look?.entries ?? null).size };
    },
  );
  routes.put(
    "/api/v1/me/change-look",
    {
      config,
      schema: {
        ...{ tags, summary: "Note that one has looked at the changes there are" },
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId } = staffOf(request);
      await database.inDirectory((tx) => saveChangeLook(tx, { staffId, entries: ids }));
      return reply.code(204).send(null);
    },
  );
}

function mark({ version, date, groups }: ChangedVersion, news: ReadonlySet<string>) {
  return {
    ...{ version, date },
    groups: groups.map(({ kind, entries }) => ({
      kind,
      entries: entries.map((entry) => ({ ...entry, isNew: news.has(entry.id) })),
    })),
  };
}
