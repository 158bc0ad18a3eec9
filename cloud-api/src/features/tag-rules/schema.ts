import { type Static, Type } from "typebox";
import { Id } from "../../platform/shapes.ts";

export const TagRuleReply = Type.Object({
  tagId: Id,
  tagName: Type.String(),
  segmentId: Id,
  segmentName: Type.String(),
  removes: Type.Boolean({ description: "Whoever leaves the segment loses the tag" }),
  customers: Type.Integer({ description: "How many have it by the rule, and would lose it" }),
});
export type TagRuleReply = Static<typeof TagRuleReply>;
export const TagRulesReply = Type.Object({
  tagRules: Type.Array(TagRuleReply, { description: "By the tag's name" }),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});
export type TagRulesReply = Static<typeof TagRulesReply>;

export const TagRuleParams = Type.Object({ tagId: Id });
export const TagRuleBody = Type.Object({
  segmentId: Id,
  removes: Type.Boolean({
    description: "False: whoever was given the tag keeps it, as if staff had given it",
  }),
});
