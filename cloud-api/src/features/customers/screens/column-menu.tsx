import {
  ActionIcon,
  Checkbox,
  Popover,
  Radio,
  ScrollArea,
  Stack,
  Text,
  Tooltip,
} from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useState } from "react";
import { COLUMN_NAMES, COLUMNS_MAX, SORTS } from "../rules.ts";
import type { ColumnsBody } from "../schema.ts";
import { useTexts } from "./texts.ts";
import { useLabel, useOwnFields } from "./use-own-fields.ts";

type ColumnMenuProps = {
  columns: readonly string[];
  sort: ColumnsBody["sort"];
  setLook: (look: ColumnsBody) => void;
};

/** Chooses what the list shows, and what it is sorted by. */
export function ColumnMenu(props: ColumnMenuProps) {
  const t = useTexts();
  const [opened, setOpened] = useState(false);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      shadow="md"
      width={280}
      trapFocus
    >
      <Tooltip label={t("columns")} withArrow disabled={opened}>
        <Popover.Target>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t("columns")}
            onClick={() => setOpened((before) => !before)}
          >
            <IconColumns3 size={18} />
          </ActionIcon>
        </Popover.Target>
      </Tooltip>
      <Popover.Dropdown aria-label={t("columns")}>
        {opened && <Choices {...props} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function Choices({ columns, sort, setLook }: ColumnMenuProps) {
  const t = useTexts();
  const labelOf = useLabel();
  const own = (useOwnFields().data ?? []).filter(({ archivedAt }) => archivedAt === null);
  // What is ticked shows at once; the list follows when it has been answered.
  const [look, setOwnLook] = useState<ColumnsBody>({ columns: [...columns], sort });
  const change = (next: ColumnsBody) => {
    setOwnLook(next);
    setLook(next);
  };
  const all = [
    ...COLUMN_NAMES.map((name) => ({ name: String(name), label: t(`column-${name}`) })),
    ...own.map(({ key, label }) => ({ name: key, label: labelOf(label) })),
  ];
  const order = all.map(({ name }) => name);
  const setShown = (name: string, isShown: boolean) => {
    const next = look.columns.filter((each) => each !== name);
    if (isShown) next.push(name);
    change({ ...look, columns: next.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)) });
  };
  return (
    <ScrollArea.Autosize mah="min(60vh, 460px)" type="auto">
      <Stack gap="sm">
        <Stack gap={6} role="group" aria-label={t("columns")}>
          <Text size="xs" className="quiet">
            {t("columns")}
          </Text>
          {all.map(({ name, label }) => (
            <Checkbox
              key={name}
              size="xs"
              label={label}
              checked={look.columns.includes(name)}
              disabled={look.columns.length >= COLUMNS_MAX && !look.columns.includes(name)}
              onChange={(event) => setShown(name, event.currentTarget.checked)}
            />
          ))}
        </Stack>
        <Radio.Group
          label={t("sorted-by")}
          size="xs"
          value={look.sort}
          onChange={(value) =>
            change({ ...look, sort: SORTS.find((each) => each === value) ?? look.sort })
          }
        >
          <Stack gap={6} mt={6}>
            {SORTS.map((each) => (
              <Radio key={each} size="xs" value={each} label={t(`sort-${each}`)} />
            ))}
          </Stack>
        </Radio.Group>
      </Stack>
    </ScrollArea.Autosize>
  );
}
