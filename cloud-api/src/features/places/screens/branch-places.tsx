import { ActionIcon, Button, Group, Stack, TextInput } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../../../shell/api.ts";
import { NoBranch } from "../../../shell/branch-of-page.tsx";
import { useBranchChoices } from "../../../shell/branches.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { fitView, readPoint, writePoint } from "../../../shell/map-view.ts";
import { Section } from "../../../shell/page.tsx";
import { PlaceMap } from "../../../shell/place-map.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useMay } from "../../../shell/session.tsx";
import type { BranchPlacesReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

type Row = { id: string; name: string; place: string | null };
type Places = BranchPlacesReply["places"];

const METRES_AROUND = 4000;
/** Where the map begins while nothing is known: all of Vietnam. */
const ANYWHERE = { centre: { latitude: 16, longitude: 106.5 }, metres: 4500 };

/** Every branch with its place, which staff set. */
export function BranchPlaces({ places }: { places: Places }) {
  const t = useTexts();
  const branches = useBranchChoices();
  const mayEdit = useMay("branches.edit");
  const [opened, setOpened] = useState<Row | null>(null);
  const rows = branches.map(({ id, name }) => ({
    ...{ id, name },
    place: places.find(({ branchId }) => branchId === id)?.place ?? null,
  }));
  const columns: Column<Row>[] = [
    { key: "name", header: t("branch"), narrow: "title", wraps: true, render: ({ name }) => name },
    {
      key: "place",
      header: t("place"),
      render: ({ place }) =>
        place ? place.replace(",", ", ") : <span className="quiet">{t("no-place")}</span>,
    },
  ];
  const actions: Column<Row> = {
    ...{ key: "actions", header: "", align: "right", narrow: "aside" },
    render: (row) => (
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t("set-place", { name: row.name })}
        onClick={() => setOpened(row)}
      >
        <IconPencil size={16} />
      </ActionIcon>
    ),
  };
  const close = () => setOpened(null);
  return (
    <Section title={t("branches")} hint={t("branches-hint")} flush>
      {rows.length === 0 ? (
        <NoBranch hint={t("no-branch-hint")} />
      ) : (
        <RecordTable
          label={t("branches")}
          columns={mayEdit ? [...columns, actions] : columns}
          rows={rows}
          rowKey={({ id }) => id}
        />
      )}
      <Dialog
        opened={opened !== null}
        onClose={close}
        title={t("place-of", { name: opened?.name ?? "" })}
        size="lg"
      >
        {opened && <PlaceForm row={opened} others={places} close={close} />}
      </Dialog>
    </Section>
  );
}

type PlaceFormProps = { row: Row; others: Places; close: () => void };

function PlaceForm({ row, others, close }: PlaceFormProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const [place, setPlace] = useState(row.place?.replace(",", ", ") ?? "");
  const save = useMutation({
    mutationFn: () => api.put(`/branches/${row.id}/place`, { place: place.trim() || null }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["branch-places"] });
      close();
    },
  });
  const marks = others.flatMap(({ branchId, name, place: kept }) => {
    const point = readPoint(kept);
    return point && branchId !== row.id ? [{ name, point }] : [];
  });
  const pin = readPoint(place);
  const around = pin ? [pin] : marks.map(({ point }) => point);
  const [view] = useState(fitView(around, METRES_AROUND) ?? ANYWHERE);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const isWrong = isFieldAtFault(save.error, "place");
  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        <TextInput
          label={t("place")}
          description={t("place-hint")}
          value={place}
          error={isWrong && t("place-wrong")}
          onChange={(event) => setPlace(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        <PlaceMap
          label={t("place-map")}
          view={view}
          marks={marks}
          pin={pin}
          onPick={(point) => setPlace(writePoint(point).replace(",", ", "))}
        />
        <Refusal error={isWrong ? null : save.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close}>
            {shell("cancel")}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t("save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
