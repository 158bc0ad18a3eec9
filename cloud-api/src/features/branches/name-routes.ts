import type { Context, Routes } from "../../feature.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { listBranchNames } from "./queries.ts";
import { BranchNamesReply } from "./schema.ts";

/** What nearly every page asks for: without the boxes and what is wrong with them. */
export function registerNames(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/branch-names",
    {
      config: { access: { permission: "branches.read" } },
      schema: {
        tags: ["branches"],
        summary: "What branches are called, their brands, time zones and languages",
        response: { 200: BranchNamesReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      const branches = await database.readTenant(tenantOf(request), listBranchNames);
      return { branches, nextCursor: null, total: branches.length };
    },
  );
}
