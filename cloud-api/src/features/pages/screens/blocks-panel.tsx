import { Stack, Text, UnstyledButton } from "@mantine/core";
import { IconAdjustments } from "@tabler/icons-react";
import { useMemo } from "react";
import { AddBlock } from "./add-block.tsx";
import type { KindName } from "./block-kinds.ts";
import { BlockList } from "./block-list.tsx";
import { toBlock } from "./document.ts";
import { type DeskProps, usePuckStore, ZONE } from "./puck-store.ts";
import { useTexts } from "./texts.ts";

const BLOCKS_MAX = 30;

/** What the page is made of, and the page itself, for what is said of it as a whole. */
export function BlocksPanel({ draft, mayEdit, open }: DeskProps & { open: () => void }) {
  const t = useTexts();
  const content = usePuckStore((store) => store.appState.data.content);
  const selector = usePuckStore((store) => store.appState.ui.itemSelector);
  const dispatch = usePuckStore((store) => store.dispatch);
  const blocks = useMemo(
    () => content.map((each) => ({ id: String(each.props.id), block: toBlock(each) })),
    [content],
  );
  const faults = useMemo(() => readFaults(draft.faults), [draft.faults]);
  const selected = selector?.index ?? null;
  const select = (index: number | null) => {
    const itemSelector = index === null ? null : { index, zone: ZONE };
    dispatch({ type: "setUi", ui: { itemSelector } });
  };
  const choose = (index: number | null) => {
    select(index);
    open();
  };
  const add = (kind: KindName) => {
    const index = selected === null ? content.length : selected + 1;
    dispatch({
      type: "insert",
      componentType: kind,
      destinationIndex: index,
      destinationZone: ZONE,
    });
    choose(index);
  };
  return (
    <section className="surface page-panel" aria-label={t("blocks")}>
      <Stack gap="xs">
        <UnstyledButton
          className="page-block page-block-root"
          data-selected={selected === null || undefined}
          aria-pressed={selected === null}
          onClick={() => choose(null)}
        >
          <span className="page-kind" aria-hidden>
            <IconAdjustments size={17} stroke={1.6} />
          </span>
          <div>
            <Text size="sm" fw={550}>
              {t("page-settings")}
            </Text>
            <Text size="xs" className="quiet">
              {t("page-settings-hint")}
            </Text>
          </div>
        </UnstyledButton>
        <BlockList
          {...{ blocks, selected, faults }}
          readOnly={!mayEdit}
          select={choose}
          move={(from, to) => {
            dispatch({
              ...{ type: "reorder", sourceIndex: from, destinationIndex: to },
              destinationZone: ZONE,
            });
            select(to);
          }}
          copy={(index) => dispatch({ type: "duplicate", sourceIndex: index, sourceZone: ZONE })}
          remove={(index) => {
            dispatch({ type: "remove", index, zone: ZONE });
            select(null);
          }}
        />
        {blocks.length === 0 && (
          <Text size="sm" className="quiet" ta="center" py="sm">
            {t("no-blocks")}
          </Text>
        )}
        {mayEdit && <AddBlock add={add} isFull={blocks.length >= BLOCKS_MAX} />}
      </Stack>
    </section>
  );
}

/** What the API says against blocks, by their place. */
export function readFaults(
  faults: readonly { field: string; reason: string }[],
): ReadonlyMap<number, string> {
  const byPlace = new Map<number, string>();
  for (const { field, reason } of faults) {
    const place = /^\/blocks\/([0-9]+)/.exec(field)?.[1];
    if (place !== undefined) byPlace.set(Number(place), reason);
  }
  return byPlace;
}
