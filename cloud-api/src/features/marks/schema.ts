import { type Static, Type } from "typebox";
import { Id } from "../../platform/shapes.ts";
import { MARK_NAME_LENGTH_MAX, MARKS_MAX, TAGS_OF_CUSTOMER_MAX } from "./rules.ts";

export const MarkReply = Type.Object({
  id: Id,
  name: Type.String(),
  parentId: Type.Union([Id, Type.Null()], {
    description: "The group it stands in; null: at the top",
  }),
  customers: Type.Integer({ description: "How many customers have it" }),
});
export type MarkReply = Static<typeof MarkReply>;

const MarkNameOfTree = Type.Pick(MarkReply, ["id", "name", "parentId"]);
export const MarkNamesReply = Type.Object({
  groups: Type.Array(MarkNameOfTree),
  tags: Type.Array(MarkNameOfTree),
  tiers: Type.Array(MarkNameOfTree, { description: "From the lowest to the highest" }),
});

const list = { nextCursor: Type.Null(), total: Type.Integer() };
export const GroupsReply = Type.Object({ groups: Type.Array(MarkReply), ...list });
export type GroupsReply = Static<typeof GroupsReply>;
export const TagsReply = Type.Object({ tags: Type.Array(MarkReply), ...list });
export type TagsReply = Static<typeof TagsReply>;

export const TiersReply = Type.Object({
  tiers: Type.Array(MarkReply, { description: "From the lowest to the highest" }),
  ...list,
});
export type TiersReply = Static<typeof TiersReply>;

export const MarkParams = Type.Object({ id: Id });
export const MarkBody = Type.Object({
  parentId: Type.Optional(
    Type.Union([Id, Type.Null()], {
      description: "The group it stands in; null: at the top; absent: as it is. Of groups alone",
    }),
  ),
  name: Type.String({ minLength: 1, maxLength: MARK_NAME_LENGTH_MAX, pattern: "\\S" }),
});

export const CustomerParams = Type.Object({ id: Id });
const MarkName = Type.Object({ id: Id, name: Type.String() });
const GivenMark = Type.Object({
  id: Id,
  name: Type.String(),
  byRule: Type.Boolean({ description: "A rule gave it, and takes it again" }),
});
export const CustomerMarksReply = Type.Object({
  group: Type.Union([MarkName, Type.Null()], { description: "The one main group" }),
  tier: Type.Union([GivenMark, Type.Null()], { description: "The one tier" }),
  tags: Type.Array(GivenMark),
});
export type CustomerMarksReply = Static<typeof CustomerMarksReply>;

export const GroupBody = Type.Object({
  groupId: Type.Union([Id, Type.Null()], { description: "Null: in no group" }),
});
export const TagsBody = Type.Object({
  tagIds: Type.Array(Id, {
    maxItems: TAGS_OF_CUSTOMER_MAX,
    uniqueItems: true,
    description: "All the tags that they have by hand from now on; what rules gave stays",
  }),
});
export const TierBody = Type.Object({
  tierId: Type.Union([Id, Type.Null()], { description: "Null: in no tier" }),
});
export const TierOrderBody = Type.Object({
  tierIds: Type.Array(Id, {
    maxItems: MARKS_MAX,
    uniqueItems: true,
    description: "All the tiers, from the lowest to the highest",
  }),
});
