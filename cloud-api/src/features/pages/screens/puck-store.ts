import { type Config, createUsePuck } from "@puckeditor/core";
import type { PageReply } from "../schema.ts";
import type { DraftSnapshot, DraftStore } from "./draft-store.ts";

/** What Puck holds of the page that is open, by selector. */
export const usePuckStore: ReturnType<typeof createUsePuck<Config>> = createUsePuck();

/** Puck's name for where a page's blocks stand. */
export const ZONE = "root:default-zone";

/** What each part of the editor is given. */
export type DeskProps = {
  page: PageReply;
  store: DraftStore;
  draft: DraftSnapshot;
  mayEdit: boolean;
  /** Whether they put versions up and take them off, on the branches they reach: also of others' pages. */
  mayPut: boolean;
};
