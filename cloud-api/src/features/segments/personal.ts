import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { listOwnFields } from "../customers/index.ts";
import type { FieldCondition, FieldTest } from "./field-schema.ts";
import type { Condition, Tree, TreeNode } from "./schema.ts";

/** What says who somebody is: each has their own. */
const OF_ONE: readonly string[] = [
  "name",
  "phone",
  "email",
  "birthday",
  "address",
  "card",
  "posId",
];
/** Fields of the company's own in which everybody may have their own; others are choices of a few. */
const FREE_KINDS: readonly string[] = ["text", "number", "phone", "email", "link"];
/** What is asked of many at once; two counts of the next days, one less the other, ask of one day. */
const OF_MANY: readonly FieldTest["is"][] = ["known", "unknown", "in-months"];
const HIDDEN = "•••";

/** Whether a condition compares with what only one may have. */
export type IsPersonal = (condition: Condition) => condition is FieldCondition;

/**
 * A count of those who have some number says whether it is there, and a saved tree may hold one: such
 * conditions are for those who may see customers (decision 0088).
 */
export async function findPersonal(tx: TenantTransaction): Promise<IsPersonal> {
  const free = (await listOwnFields(tx)).filter(({ kind }) => FREE_KINDS.includes(kind));
  const fields = new Set([...OF_ONE, ...free.map(({ key }) => key)]);
  return (condition): condition is FieldCondition =>
    condition.kind === "field" &&
    fields.has(condition.field) &&
    !OF_MANY.includes(condition.test.is);
}

/** Refuses a tree of somebody who may not see customers where it compares with what one has. */
export async function refusePersonal(tx: TenantTransaction, tree: Tree): Promise<void> {
  const place = findPlace(tree, await findPersonal(tx), "");
  if (place === null) return;
  const sentence = "Your role may not see customers, so it may not ask who has a value of this.";
  throw refuse("forbidden", sentence, { field: `/tree${place}` });
}

function findPlace(node: TreeNode, isPersonal: IsPersonal, pointer: string): string | null {
  if (!("of" in node)) return isPersonal(node) ? pointer : null;
  const places = node.of.map((each, at) => findPlace(each, isPersonal, `${pointer}/of/${at}`));
  return places.find((place) => place !== null) ?? null;
}

/** The same tree without the values that say who is meant. */
export function hidePersonal<Node extends TreeNode>(node: Node, isPersonal: IsPersonal): Node {
  if ("of" in node) return { ...node, of: node.of.map((each) => hidePersonal(each, isPersonal)) };
  return isPersonal(node) ? { ...node, test: hideValues(node.test) } : node;
}

/** Days and numbers cannot be written hidden: of these it is told that something was compared. */
function hideValues(test: FieldTest): FieldTest {
  if ("text" in test) return { ...test, text: HIDDEN };
  return "values" in test ? { ...test, values: [HIDDEN] } : { is: "one-of", values: [HIDDEN] };
}
