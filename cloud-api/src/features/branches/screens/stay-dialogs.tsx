import { SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useNow } from "../../../shell/clock.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Form } from "../../../shell/form.tsx";
import { addDays, readDay } from "../../../shell/format.ts";
import { findMoment, readWall } from "../../../shell/zoned.ts";
import type { BranchDocument } from "../schema.ts";
import { Ending } from "./dialog-ending.tsx";
import { ImportForm } from "./import-arrivals.tsx";
import { useSettingsContext } from "./settings-context.ts";
import { endStay, findState, fold, putStay, type Stay } from "./stays.ts";
import { useTexts } from "./texts.ts";
import { useChangeSettings } from "./use-change-settings.ts";

export type OpenedStay =
  | { kind: "add" | "import" | "clear" }
  | { kind: "change" | "end"; stay: Stay }
  | null;

type StayDialogsProps = { opened: OpenedStay; close: () => void };

/** What can be done with stays; each is saved at once, onto what is the newest. */
export function StayDialogs({ opened, close }: StayDialogsProps) {
  const t = useTexts();
  return (
    <Dialog opened={opened !== null} onClose={close} title={nameDialog(opened, t)} size="lg">
      {opened?.kind === "add" && <StayForm before={null} close={close} />}
      {opened?.kind === "change" && <StayForm before={opened.stay} close={close} />}
      {opened?.kind === "end" && <EndForm stay={opened.stay} close={close} />}
      {opened?.kind === "import" && <ImportForm close={close} />}
      {opened?.kind === "clear" && <ClearForm close={close} />}
    </Dialog>
  );
}

function nameDialog(opened: OpenedStay, t: ReturnType<typeof useTexts>): string {
  if (opened === null) return "";
  if ("stay" in opened) {
    const { room, name } = opened.stay;
    return t(opened.kind === "end" ? "end-stay" : "change-stay", { room, name });
  }
  if (opened.kind === "import") return t("import-arrivals");
  return t(opened.kind === "clear" ? "clear-stays" : "add-stay");
}

const withStays = (change: (stays: readonly Stay[]) => Stay[]) => (document: BranchDocument) => ({
  ...document,
  roomStays: change(document.roomStays ?? []),
});

type Fields = { room: string; name: string; from: string; until: string };

function StayForm({ before, close }: { before: Stay | null; close: () => void }) {
  const t = useTexts();
  const { branchId, document } = useSettingsContext();
  const { timeZone } = document.branch;
  const now = useNow();
  const [fields, setFields] = useState<Fields>(() => startFields(before, { timeZone, now }));
  const [isTried, setTried] = useState(false);
  const save = useChangeSettings({ branchId, done: close });
  const set = (part: Partial<Fields>) => setFields({ ...fields, ...part });
  const toMoment = (wall: string) => {
    const [day = "", time = ""] = wall.split("T");
    return findMoment(day, time.slice(0, 5), timeZone).toISOString();
  };
  const isBackwards = fields.from !== "" && fields.until !== "" && fields.until <= fields.from;
  const isNamed = fold(fields.room) !== "" && fold(fields.name) !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (isBackwards || !isNamed) return;
    const { room, name, from, until } = fields;
    const moments = { validFrom: toMoment(from), validUntil: toMoment(until) };
    const stay = { room: room.trim(), name: name.trim(), ...moments };
    save.mutate(withStays((stays) => putStay(stays, stay, before)));
  };
  const required = { required: true, withAsterisk: false } as const;
  return (
    <Form onSubmit={submit}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            {...required}
            label={t("room")}
            description={t("room-hint")}
            value={fields.room}
            onChange={({ currentTarget }) => set({ room: currentTarget.value })}
            error={isTried && fold(fields.room) === "" && t("room-empty")}
            maxLength={20}
            data-autofocus
          />
          <TextInput
            {...required}
            label={t("stay-name")}
            description={t("stay-name-hint")}
            value={fields.name}
            onChange={({ currentTarget }) => set({ name: currentTarget.value })}
            error={isTried && fold(fields.name) === "" && t("stay-name-empty")}
            maxLength={100}
          />
          <TextInput
            {...required}
            label={t("stay-from")}
            type="datetime-local"
            value={fields.from}
            onChange={({ currentTarget }) => set({ from: currentTarget.value })}
          />
          <TextInput
            {...required}
            label={t("stay-until")}
            type="datetime-local"
            value={fields.until}
            onChange={({ currentTarget }) => set({ until: currentTarget.value })}
            error={isTried && isBackwards && t("until-before-from")}
          />
        </SimpleGrid>
        <Text size="xs" className="quiet">
          {t("on-branch-clock", { zone: timeZone.replaceAll("_", " ") })}
        </Text>
        <Ending error={save.error} isSaving={save.isPending} label={t("save-stay")} close={close} />
      </Stack>
    </Form>
  );
}

function startFields(before: Stay | null, at: { timeZone: string; now: Date }): Fields {
  const { timeZone, now } = at;
  if (before) {
    const wallOf = (iso: string) => readWall(new Date(iso), timeZone);
    const { room, name, validFrom, validUntil } = before;
    return { room, name, from: wallOf(validFrom), until: wallOf(validUntil) };
  }
  const tomorrow = addDays(readDay(now, timeZone), 1);
  return { room: "", name: "", from: readWall(now, timeZone), until: `${tomorrow}T12:00` };
}

function EndForm({ stay, close }: { stay: Stay; close: () => void }) {
  const t = useTexts();
  const { branchId } = useSettingsContext();
  const now = useNow();
  const isComing = findState(stay, now) === "coming";
  const end = useChangeSettings({ branchId, done: close });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    end.mutate(withStays((stays) => endStay(stays, stay, new Date())));
  };
  return (
    <Form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t(isComing ? "end-coming-hint" : "end-stay-hint")}</Text>
        <Ending error={end.error} isSaving={end.isPending} label={t("check-out")} close={close} />
      </Stack>
    </Form>
  );
}

function ClearForm({ close }: { close: () => void }) {
  const t = useTexts();
  const { branchId, document } = useSettingsContext();
  const now = useNow();
  const over = (document.roomStays ?? []).filter((stay) => findState(stay, now) === "over").length;
  const clear = useChangeSettings({ branchId, done: close });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    clear.mutate(withStays((all) => all.filter((each) => findState(each, new Date()) !== "over")));
  };
  return (
    <Form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t("clear-stays-hint", { count: over })}</Text>
        <Ending error={clear.error} isSaving={clear.isPending} label={t("remove")} close={close} />
      </Stack>
    </Form>
  );
}
