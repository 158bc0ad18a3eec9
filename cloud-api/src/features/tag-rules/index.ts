import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { memberTogether, tagRuleHandlers, tagRuleJobs } from "./apply.ts";
import { findRule, listRulesOf, listTagRules } from "./queries.ts";
import { TAG, tagRuleRoutes } from "./routes.ts";
import { findTagCircle } from "./rules.ts";

/** Tags by rule: whoever is in a segment has the tag, and loses it with the segment. */
export const tagRules: Feature = {
  name: "tag-rules",
  dependsOn: ["marks", "surveys", "segments"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "tag-rules.read": ["manager", "viewer"],
    "tag-rules.edit": ["manager"],
  },
  routes: tagRuleRoutes,
  handlers: tagRuleHandlers,
  together: memberTogether,
  jobs: tagRuleJobs,
  hooks: {
    isTagGivenByRule: async (tx, tagId) => (await findRule(tx, tagId)) !== null,
    listTagsGivenBy: async (tx, segmentId) => {
      const ids = new Set((await listRulesOf(tx, segmentId)).map(({ tagId }) => tagId));
      if (ids.size === 0) return [];
      const rules = await listTagRules(tx);
      return rules.filter(({ tagId }) => ids.has(tagId)).map(({ tagName: name }) => ({ name }));
    },
    findTagCircle: async (tx, tagsRead) => {
      const rules = await listTagRules(tx);
      const tagId = findTagCircle(rules, tagsRead);
      const found = rules.find((each) => each.tagId === tagId);
      return found ? { name: found.tagName } : null;
    },
  },
  tag: TAG,
};
