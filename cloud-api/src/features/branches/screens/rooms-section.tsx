import { ActionIcon, Alert, Anchor, Badge, Button, Group, TextInput, Tooltip } from "@mantine/core";
import {
  IconDoorExit,
  IconPencil,
  IconPlus,
  IconSearch,
  IconTableImport,
} from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { useNow } from "../../../shell/clock.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { LOCALE } from "../../../shell/translate.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { useSettingsContext } from "./settings-context.ts";
import { type OpenedStay, StayDialogs } from "./stay-dialogs.tsx";
import { findState, type Stay, searchStays, sortStays } from "./stays.ts";
import { useTexts } from "./texts.ts";

const SHOWN_FIRST = 50;
const COLOURS = { here: "foyer", coming: "blue", over: "gray" } as const;

/** Who has which room until when: by this, guests with a room sign in by its number and their name. */
export function RoomsSection() {
  const t = useTexts();
  const { branchId, document } = useSettingsContext();
  const { language } = useLanguage();
  const now = useNow();
  const [opened, setOpened] = useState<OpenedStay>(null);
  const [typed, setTyped] = useState("");
  const [shownMax, setShownMax] = useState(SHOWN_FIRST);
  const { timeZone } = document.branch;
  const columns = useColumns(timeZone, setOpened);
  const stays = document.roomStays ?? [];
  const found = sortStays(searchStays(stays, typed), LOCALE[language]);
  const over = stays.filter((stay) => findState(stay, now) === "over").length;
  const actions = stays.length > 0 && <Actions open={setOpened} />;
  return (
    <>
      {stays.length > 0 && document.signIn.room?.enabled !== true && (
        <Alert color="yellow" variant="light" title={t("rooms-off")}>
          <Anchor component={Link} href={`/branches/${branchId}?section=sign-in`} size="sm">
            {t("rooms-off-hint")}
          </Anchor>
        </Alert>
      )}
      <Section
        title={t("stays")}
        hint={stays.length > 0 ? <Summary stays={stays} /> : t("stays-hint")}
        actions={actions}
        flush
      >
        {stays.length === 0 ? (
          <Empty
            title={t("no-stays")}
            hint={t("no-stays-hint")}
            action={<Actions open={setOpened} />}
          />
        ) : (
          <>
            <Group px="md" pb="xs" justify="space-between" gap="sm">
              <TextInput
                aria-label={t("find-stay")}
                placeholder={t("find-stay")}
                leftSection={<IconSearch size={15} />}
                value={typed}
                onChange={({ currentTarget }) => setTyped(currentTarget.value)}
                type="search"
                w={{ base: "100%", xs: 260 }}
              />
              {over > 0 && (
                <Button
                  size="xs"
                  variant="subtle"
                  color="gray"
                  onClick={() => setOpened({ kind: "clear" })}
                >
                  {t("clear-over", { count: over })}
                </Button>
              )}
            </Group>
            {found.length === 0 ? (
              <Empty title={t("no-such-stay")} hint={t("no-such-stay-hint")} />
            ) : (
              <RecordTable
                label={t("stays")}
                columns={columns}
                rows={found.slice(0, shownMax)}
                rowKey={(stay) => JSON.stringify(stay)}
              />
            )}
            {found.length > shownMax && (
              <Group justify="center" py="sm" className="record-foot">
                <Button
                  variant="default"
                  size="compact-md"
                  onClick={() => setShownMax(shownMax * 4)}
                >
                  {t("more-stays", { count: found.length - shownMax })}
                </Button>
              </Group>
            )}
          </>
        )}
      </Section>
      <StayDialogs opened={opened} close={() => setOpened(null)} />
    </>
  );
}

function Summary({ stays }: { stays: readonly Stay[] }) {
  const t = useTexts();
  const format = useFormat();
  const now = useNow();
  const count = (state: string) =>
    format.count(stays.filter((stay) => findState(stay, now) === state).length);
  return t("stays-counted", { here: count("here"), coming: count("coming") });
}

function Actions({ open }: { open: (opened: OpenedStay) => void }) {
  const t = useTexts();
  return (
    <Group gap="xs" justify="center">
      <Button
        size="xs"
        variant="default"
        leftSection={<IconTableImport size={14} />}
        onClick={() => open({ kind: "import" })}
      >
        {t("import-arrivals")}
      </Button>
      <Button size="xs" leftSection={<IconPlus size={14} />} onClick={() => open({ kind: "add" })}>
        {t("add-stay")}
      </Button>
    </Group>
  );
}

function useColumns(timeZone: string, open: (opened: OpenedStay) => void): Column<Stay>[] {
  const t = useTexts();
  return [
    {
      key: "room",
      header: t("room"),
      narrow: "title",
      render: ({ room, name }) => (
        <>
          <b className="figure">{room}</b>
          <span className="only-narrow"> · {name}</span>
        </>
      ),
    },
    {
      key: "name",
      header: t("stay-name"),
      narrow: "none",
      wraps: true,
      render: ({ name }) => name,
    },
    { key: "state", header: t("stay-state"), render: (stay) => <State stay={stay} /> },
    {
      key: "from",
      header: t("stay-from"),
      render: ({ validFrom }) => <Moment at={validFrom} timeZone={timeZone} />,
    },
    {
      key: "until",
      header: t("stay-until"),
      render: ({ validUntil }) => <Moment at={validUntil} timeZone={timeZone} />,
    },
    {
      key: "actions",
      header: "",
      align: "right",
      narrow: "aside",
      render: (stay) => <RowActions stay={stay} open={open} />,
    },
  ];
}

function State({ stay }: { stay: Stay }) {
  const t = useTexts();
  const state = findState(stay, useNow());
  return (
    <Badge variant="light" color={COLOURS[state]} tt="none" fw={550}>
      {t(`stay-${state}`)}
    </Badge>
  );
}

function RowActions({ stay, open }: { stay: Stay; open: (opened: OpenedStay) => void }) {
  const t = useTexts();
  const isOver = findState(stay, useNow()) === "over";
  const named = { room: stay.room, name: stay.name };
  const common = { variant: "subtle", color: "gray" } as const;
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <Tooltip label={t("change")} withArrow>
        <ActionIcon
          {...common}
          aria-label={t("change-stay", named)}
          onClick={() => open({ kind: "change", stay })}
        >
          <IconPencil size={15} />
        </ActionIcon>
      </Tooltip>
      {!isOver && (
        <Tooltip label={t("check-out")} withArrow>
          <ActionIcon
            {...common}
            aria-label={t("end-stay", named)}
            onClick={() => open({ kind: "end", stay })}
          >
            <IconDoorExit size={15} />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}
