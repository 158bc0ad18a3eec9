import { ActionIcon, Alert, Group, Text, Title } from "@mantine/core";
import { Puck } from "@puckeditor/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { isKnownKind } from "./block-kinds.ts";
import { readFaults } from "./blocks-panel.tsx";
import { toBlock } from "./document.ts";
import { IconOfKind } from "./kind-icon.tsx";
import { type DeskProps, usePuckStore } from "./puck-store.ts";
import { useTexts } from "./texts.ts";

/** The fields of the chosen block, or of the page. */
export function FieldsPanel({ draft, back }: DeskProps & { back: (() => void) | null }) {
  const t = useTexts();
  const item = usePuckStore((store) => store.selectedItem);
  const selector = usePuckStore((store) => store.appState.ui.itemSelector);
  const block = item && toBlock(item);
  const kind = block && isKnownKind(block.kind) ? block.kind : null;
  const index = selector?.index ?? null;
  const fault = index === null ? null : (readFaults(draft.faults).get(index) ?? null);
  const title = block ? t(`kind-${kind ?? "unknown"}`) : t("page-settings");
  return (
    <section className="surface page-panel" aria-label={t("tab-fields")}>
      <Group gap="xs" mb="sm" wrap="nowrap" align="flex-start">
        {back && (
          <ActionIcon variant="subtle" color="gray" onClick={back} aria-label={t("back-to-blocks")}>
            <IconArrowLeft size={18} />
          </ActionIcon>
        )}
        {block && <IconOfKind kind={kind} />}
        <div>
          <Title order={2} size="h3">
            {title}
          </Title>
          <Text size="xs" className="quiet">
            {block ? t(kind ? `kind-${kind}-hint` : "kind-unknown-hint") : t("page-settings-hint")}
          </Text>
        </div>
      </Group>
      {fault && (
        <Alert color="yellow" variant="light" py="xs" mb="sm">
          {t("block-fault", { reason: sayReason(fault) })}
        </Alert>
      )}
      <Puck.Fields wrapFields={false} />
    </section>
  );
}

/** The API begins with the kind, which stands above it here. */
function sayReason(reason: string): string {
  return reason.replace(/^[a-z-]+: /, "");
}
