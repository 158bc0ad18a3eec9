import { orNull } from "@foyer/contract";
import { type Static, Type } from "typebox";
import { Count, Id, oneOf, Time } from "../../platform/shapes.ts";
import { SORTS } from "../customers/index.ts";
import {
  ACTION_KINDS,
  type ActionKind,
  type ActionState,
  CHOSEN_MAX,
  REASONS,
  type Reason,
  STATES,
  VIEW_NAME_LENGTH_MAX,
} from "./rules.ts";

const closed = { additionalProperties: false };
const Tree = Type.Unknown({ description: "Conditions, as a segment has them; null: none" });

const narrowing = {
  search: Type.Optional(orNull(Type.String({ maxLength: 200 }))),
  markId: Type.Optional(orNull(Id)),
  segmentId: Type.Optional(orNull(Id)),
  tree: Type.Optional(Tree),
};

/** Who is meant: whom the list shows on all its pages, or of them those chosen. */
export const Filter = Type.Object(
  {
    ...narrowing,
    customerIds: Type.Optional(
      orNull(
        Type.Array(Id, {
          maxItems: CHOSEN_MAX,
          minItems: 1,
          uniqueItems: true,
          description: "Of the list only these; absent: all of it",
        }),
      ),
    ),
  },
  closed,
);
export type Filter = Static<typeof Filter>;

const Change = {
  kind: oneOf<ActionKind>(ACTION_KINDS),
  markId: orNull({ ...Id, description: "The tag or group; null: into no group" }),
};
export const PreviewBody = Type.Object({ filter: Filter, ...Change }, closed);
export const PreviewReply = Type.Object({
  customers: Type.Integer({ description: "Who is meant and in the caller's reach" }),
  changing: Type.Integer({ description: "Who of them is not as wanted already" }),
});
export type PreviewReply = Static<typeof PreviewReply>;

export const ActionBody = Type.Object(
  {
    filter: Filter,
    ...Change,
    customers: Type.Integer({
      minimum: 1,
      description: "How many were confirmed: refused where there are more by now",
    }),
  },
  closed,
);
export type ActionBody = Static<typeof ActionBody>;

export const ActionReply = Type.Object({
  id: Id,
  ...Change,
  markName: orNull(Type.String()),
  filter: Filter,
  state: oneOf<ActionState>(STATES),
  failure: orNull(Type.String({ description: "Why it failed, in one word" })),
  staffId: Id,
  staffName: orNull(Type.String()),
  createdAt: Time,
  finishedAt: orNull(Time),
  total: Count,
  done: Count,
  changed: Count,
  refused: Count,
  undone: Type.Integer({ minimum: 0, description: "Changed back" }),
  left: Type.Integer({ minimum: 0, description: "Not changed back" }),
  reasons: Type.Array(Type.Object({ reason: oneOf<Reason>(REASONS), customers: Count })),
  mayUndo: Type.Boolean(),
});
export type ActionReply = Static<typeof ActionReply>;
export const ActionsReply = Type.Object({
  actions: Type.Array(ActionReply, { description: "The newest first" }),
});
export type ActionsReply = Static<typeof ActionsReply>;
export const ActionParams = Type.Object({ id: Id });

export const LeftReply = Type.Object({
  customers: Type.Array(
    Type.Object({ id: Id, name: orNull(Type.String()), reason: oneOf<Reason>(REASONS) }),
    { description: "The first of those who were not changed, or not changed back" },
  ),
});
export type LeftReply = Static<typeof LeftReply>;

const view = {
  name: Type.String({ minLength: 1, maxLength: VIEW_NAME_LENGTH_MAX, pattern: "\\S" }),
  ...narrowing,
  columns: Type.Array(
    Type.String({
      maxLength: 40,
      pattern: "^[a-z][a-z0-9._-]*$",
      description: "As GET /api/v1/customers takes them",
    }),
    { maxItems: 16, uniqueItems: true },
  ),
  sort: Type.String({ pattern: `^(${SORTS.join("|")})$` }),
};
export const ViewBody = Type.Object(view, closed);
export type ViewBody = Static<typeof ViewBody>;
export const ViewReply = Type.Object({
  id: Id,
  ...view,
  search: orNull(Type.String()),
  markId: orNull(Id),
  segmentId: orNull(Id),
  tree: Tree,
  shared: Type.Boolean(),
  isOwn: Type.Boolean({ description: "The caller made it and may change it" }),
  staffName: orNull(Type.String()),
});
export type ViewReply = Static<typeof ViewReply>;
export const ViewsReply = Type.Object({
  views: Type.Array(ViewReply, { description: "By name" }),
});
export type ViewsReply = Static<typeof ViewsReply>;
export const SharingBody = Type.Object({ shared: Type.Boolean() }, closed);
