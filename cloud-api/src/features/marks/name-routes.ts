import type { Context, Routes } from "../../feature.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { listMarkNames } from "./queries.ts";
import type { MarkKind } from "./rules.ts";
import { MarkNamesReply } from "./schema.ts";

/** Names to choose from: nobody is counted for them. */
export function registerNames(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/mark-names",
    {
      config: { access: { permission: "marks.read" } },
      schema: {
        tags: ["marks"],
        summary: "What customer groups, tags and tiers are called",
        response: { 200: MarkNamesReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      const rows = await database.readTenant(tenantOf(request), listMarkNames);
      const of = (kind: MarkKind) =>
        rows
          .filter((row) => row.kind === kind)
          .map(({ id, name, parentId }) => ({ id, name, parentId }));
      return { groups: of("group"), tags: of("tag"), tiers: of("tier") };
    },
  );
}
