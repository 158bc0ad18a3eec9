import { SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { createUsePuck } from "@puckeditor/core";
import { useState } from "react";
import type { PageReply } from "../schema.ts";
import { BlocksPanel } from "./blocks-panel.tsx";
import { Canvas } from "./canvas.tsx";
import type { DraftSnapshot, DraftStore } from "./draft-store.ts";
import { EditorBar } from "./editor-bar.tsx";
import { FieldsPanel } from "./fields-panel.tsx";
import { useTexts } from "./texts.ts";

/** Room for the blocks, the page and what is written, beside each other. */
const WIDE = "(min-width: 72em)";
const TABS = ["blocks", "fields", "look"] as const;
type Tab = (typeof TABS)[number];

export const usePuckStore = createUsePuck();
/** Puck's name for where a page's blocks stand. */
export const ZONE = "root:default-zone";

export type DeskProps = {
  page: PageReply;
  store: DraftStore;
  draft: DraftSnapshot;
  mayEdit: boolean;
};

/** The editor: on a desk in three parts beside each other, on a phone one after the other. */
export function EditorDesk(props: DeskProps) {
  const t = useTexts();
  const isWide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false });
  const [tab, setTab] = useState<Tab>("look");
  const blocks = <BlocksPanel {...props} open={() => setTab("fields")} />;
  const fields = <FieldsPanel {...props} back={isWide ? null : () => setTab("blocks")} />;
  const canvas = <Canvas {...props} />;
  if (isWide)
    return (
      <>
        <EditorBar {...props} />
        <div className="page-desk">
          {blocks}
          {canvas}
          {fields}
        </div>
      </>
    );
  return (
    <>
      <EditorBar {...props} />
      <SegmentedControl
        fullWidth
        mb="sm"
        value={tab}
        onChange={(chosen) => setTab(TABS.find((each) => each === chosen) ?? "look")}
        data={TABS.map((value) => ({ value, label: t(`tab-${value}`) }))}
        aria-label={t("parts")}
      />
      {tab === "blocks" && blocks}
      {tab === "fields" && fields}
      {tab === "look" && canvas}
    </>
  );
}
