import { Button, Group, Menu, Text } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useSelection } from "../../../shell/selection.tsx";
import { useMay } from "../../../shell/session.tsx";
import { ACTION_KINDS, type ActionKind, CHOSEN_MAX } from "../rules.ts";
import { ActionDialog } from "./action-dialog.tsx";
import { readNarrowing, toFilter } from "./list-state.ts";
import { useTexts } from "./texts.ts";

/** What can be done with the rows that were chosen, or with everybody of the list. */
export function SelectionBar() {
  if (!useMay("customer-lists.act")) return null;
  return <Bar />;
}

function Bar() {
  const t = useTexts();
  const { parameters } = useSearchParameters();
  const { ids, clear } = useSelection();
  const [kind, setKind] = useState<ActionKind | null>(null);
  const isChosen = ids.size > 0;
  const filter = toFilter(readNarrowing(parameters), ids);
  return (
    <>
      <Group gap="sm">
        <Menu position="bottom-start" shadow="md" width={240}>
          <Menu.Target>
            <Button
              size="compact-sm"
              variant={isChosen ? "filled" : "default"}
              disabled={filter === null}
              rightSection={<IconChevronDown size={14} aria-hidden />}
            >
              {t(isChosen ? "with-chosen" : "with-all")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {ACTION_KINDS.map((each) => (
              <Menu.Item key={each} onClick={() => setKind(each)}>
                {t(each)} …
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item component={Link} href="/customer-actions">
              {t("all-actions")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        {isChosen && (
          <>
            <Text size="sm" className="figure" aria-live="polite">
              {t("chosen", { count: ids.size })}
            </Text>
            <Button size="compact-sm" variant="subtle" onClick={clear}>
              {t("choose-nobody")}
            </Button>
          </>
        )}
        <Text size="sm" role="status">
          {filter === null && t("too-many-chosen", { count: CHOSEN_MAX })}
        </Text>
      </Group>
      {filter && (
        <ActionDialog
          kind={kind}
          filter={filter}
          close={() => setKind(null)}
          begun={() => {
            setKind(null);
            clear();
          }}
        />
      )}
    </>
  );
}
