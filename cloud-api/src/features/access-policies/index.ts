import type { Feature } from "../../feature.ts";
import { listDocuments } from "../branches/index.ts";
import { policyRoutes, TAG } from "./routes.ts";
import type { Conditions } from "./rules.ts";

/** Who may go online at a branch, under which limits: the part of its settings staff edit most. */
export const accessPolicies: Feature = {
  name: "access-policies",
  dependsOn: ["branches", "marks"],
  permissions: {
    "access-policies.read": { roles: ["manager", "viewer"], covers: "branches" },
    "access-policies.edit": { roles: ["manager"], covers: "branches" },
  },
  routes: policyRoutes,
  hooks: {
    listPoliciesNaming: async (tx, markId) => {
      const documents = await listDocuments(tx);
      return documents.flatMap(({ document }) =>
        document.policies
          .filter((policy) => isNamed(policy.when, markId))
          .map((policy) => ({ policyName: policy.name, branchName: document.branch.name })),
      );
    },
  },
  tag: TAG,
};

function isNamed({ groups = [], tags = [], tiers = [] }: Conditions, markId: string): boolean {
  return [groups, tags, tiers].some((ids) => ids.includes(markId));
}
