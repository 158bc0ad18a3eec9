import { type Static, Type } from "typebox";

export const ChangesReply = Type.Object({
  running: Type.String({ description: "The version of this cloud" }),
  lookedAt: Type.Union([Type.String({ format: "date-time" }), Type.Null()], {
    description: "When the caller last looked at this list; null: never",
  }),
  versions: Type.Array(
    Type.Object({
      version: Type.Union([Type.String(), Type.Null()], {
        description: "Null: what the next version brings",
      }),
      date: Type.Union([Type.String({ format: "date" }), Type.Null()]),
      groups: Type.Array(
        Type.Object({
          kind: Type.Enum(["added", "changed", "deprecated", "removed", "fixed", "security"]),
          entries: Type.Array(
            Type.Object({
              id: Type.String(),
              text: Type.String({ description: "Markdown, in English" }),
              isNew: Type.Boolean({ description: "The caller had not seen it when they looked" }),
            }),
          ),
        }),
      ),
    }),
    { description: "As the change log has them: the newest first" },
  ),
});
export type ChangesReply = Static<typeof ChangesReply>;

export const ChangeNewsReply = Type.Object({
  count: Type.Integer({
    minimum: 0,
    description: "Entries that came since the caller looked; 0 of whoever never did",
  }),
});
export type ChangeNewsReply = Static<typeof ChangeNewsReply>;
