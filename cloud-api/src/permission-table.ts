import { features } from "./features.ts";
import { declarePermission, ROLES, roleHolds } from "./platform/rights.ts";

const COVERS = {
  tenant: "the whole company",
  branches: "branches in reach",
  customers: "people of branches in reach; a brand's staff see everybody's",
};

/** Roles by permissions, in Markdown, as the features declare them. */
export function describePermissions(): string {
  const rows = features.flatMap(({ name: feature, permissions = {} }) =>
    Object.entries(permissions).map(([name, declared]) => {
      const permission = declarePermission(declared);
      const held = ROLES.map((role) => (roleHolds(role, permission) ? "yes" : ""));
      return [`\`${name}\``, feature, COVERS[permission.covers], ...held];
    }),
  );
  const lines = [
    ["permission", "feature", "opens", ...ROLES],
    ["---", "---", "---", ...ROLES.map(() => "---")],
    ...rows,
  ];
  return `# Who may do what

Made from the features' own declarations by \`node cloud-api/src/write-permissions.ts\`; a test holds it to them. A role is given for the whole company, a brand or some branches; a permission that opens the whole company is held only by who has its role for all of it. A company makes roles of its own out of single permissions.

${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}
`;
}
