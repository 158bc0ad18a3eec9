import { SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { BlocksPanel } from "./blocks-panel.tsx";
import { Canvas, useLooking } from "./canvas.tsx";
import { EditorBar } from "./editor-bar.tsx";
import { FieldsPanel } from "./fields-panel.tsx";
import type { DeskProps } from "./puck-store.ts";
import { useTexts } from "./texts.ts";

/** Room for the blocks, the page and what is written, beside each other. */
const WIDE = "(min-width: 72em)";
const TABS = ["blocks", "fields", "look"] as const;
type Tab = (typeof TABS)[number];

/** The editor: on a desk in three parts beside each other, on a phone one after the other. */
export function EditorDesk(props: DeskProps) {
  const t = useTexts();
  const isWide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false });
  const [tab, setTab] = useState<Tab>("look");
  const blocks = <BlocksPanel {...props} open={() => setTab("fields")} />;
  const fields = <FieldsPanel {...props} back={isWide ? null : () => setTab("blocks")} />;
  const looking = useLooking(props.page.draft);
  const canvas = <Canvas {...props} looking={looking} />;
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
