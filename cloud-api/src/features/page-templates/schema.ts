import { type Static, Type } from "typebox";
import { PageContent, PreviewQuery } from "../pages/index.ts";

const TemplateId = Type.Union([
  Type.Literal("first-visit"),
  Type.Literal("welcome-back"),
  Type.Literal("birthday"),
  Type.Literal("happy-hour"),
  Type.Literal("survey"),
  Type.Literal("tet"),
]);
export type TemplateId = Static<typeof TemplateId>;

const Words = Type.Object({ vi: Type.String(), en: Type.String() });
const { name: _name, ...content } = PageContent.properties;

export const TemplateReply = Type.Object({
  id: TemplateId,
  name: Words,
  hint: Type.Object(Words.properties, { description: "What it is for, in a sentence" }),
  content: Type.Object(content, {
    description: "A page's content but for its name; a survey of it is still to be chosen",
  }),
});
export type TemplateReply = Static<typeof TemplateReply>;

export const TemplatesReply = Type.Object({
  templates: Type.Array(TemplateReply),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});

const { language, theme, stage, at } = PreviewQuery.properties;
export const TemplatePreviewQuery = Type.Object({
  template: TemplateId,
  ...{ language, theme, stage, at },
});
export type TemplatePreviewQuery = Static<typeof TemplatePreviewQuery>;
