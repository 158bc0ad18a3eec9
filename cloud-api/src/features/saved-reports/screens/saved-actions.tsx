import { Button, Menu } from "@mantine/core";
import { IconDownload, IconPencil, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { withQuery } from "../../../shell/api.ts";
import { useNow } from "../../../shell/clock.ts";
import { CopyText } from "../../../shell/copy-button.tsx";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { readDay } from "../../../shell/format.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { PeriodFilter } from "../../../shell/period-filter.tsx";
import { daysAsked } from "../../../shell/report-filters.ts";
import { useMay } from "../../../shell/session.tsx";
import { tellsOfOne } from "../rules.ts";
import type { SavedBody } from "../schema.ts";
import { KeepForm } from "./keep-form.tsx";
import { MailButton } from "./mail-button.tsx";
import { useRefusalWords } from "./refused.tsx";
import { type Against, fileOf, type Saved, toBody, useSavedChanges } from "./replies.ts";
import { useTexts } from "./texts.ts";

const FORMS = ["csv", "xlsx", "pdf"] as const;

/** What can be done with a kept report: link to it, take its numbers away, change it, remove it. */
export function SavedActions({ saved, against }: { saved: Saved; against: Against }) {
  const t = useTexts();
  const [asking, setAsking] = useState<"edit" | "remove" | null>(null);
  const close = () => setAsking(null);
  const isOfOne = tellsOfOne(saved.report);
  const mayTake = useMay("customers.export") || !isOfOne;
  const link = withQuery(`${window.location.origin}/saved-reports/${saved.id}`, against);
  return (
    <>
      <CopyText text={link} label={t("copy-link")} size="sm" />
      {mayTake && <FileMenu id={saved.id} against={against} />}
      {!isOfOne && <MailButton id={saved.id} />}
      {saved.mayChange && (
        <>
          <Button
            variant="default"
            leftSection={<IconPencil size={16} />}
            onClick={() => setAsking("edit")}
          >
            {t("edit")}
          </Button>
          <Button
            variant="default"
            leftSection={<IconTrash size={16} />}
            onClick={() => setAsking("remove")}
          >
            {t("remove")}
          </Button>
        </>
      )}
      <Dialog opened={asking === "edit"} onClose={close} title={t("edit-report")}>
        {asking === "edit" && <Editing saved={saved} close={close} />}
      </Dialog>
      <Dialog
        opened={asking === "remove"}
        onClose={close}
        title={t("remove-name", { name: saved.name })}
      >
        {asking === "remove" && <Removal saved={saved} close={close} />}
      </Dialog>
    </>
  );
}

function FileMenu({ id, against }: { id: string; against: Against }) {
  const t = useTexts();
  const { language } = useLanguage();
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />}>
          {t("download")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMS.map((form) => (
          <Menu.Item
            key={form}
            component="a"
            href={fileOf(id, form, { ...against, file: language })}
            download
          >
            {t(`file-${form}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

type ChangeProps = { saved: Saved; close: () => void };
type Period = Pick<SavedBody, "period" | "days">;

function Editing({ saved, close }: ChangeProps) {
  const { save } = useSavedChanges();
  const today = readDay(useNow());
  const [{ period, days }, setPeriod] = useState<Period>(saved);
  const filters = { period, from: days?.from ?? null, to: days?.to ?? null };
  return (
    <KeepForm
      first={saved}
      act={save}
      send={({ name, note, compared, shared }) => {
        const body = { ...toBody(saved), name, note, compared, shared, period, days };
        save.mutate({ id: saved.id, body }, { onSuccess: close });
      }}
      close={close}
    >
      <PeriodFilter
        filters={filters}
        choose={(chosen) => {
          const { from, to, period: named } = { ...filters, ...chosen };
          setPeriod(
            named === null && from !== null && to !== null
              ? { period: null, days: { from, to } }
              : { period: named, days: null },
          );
        }}
        days={daysAsked(filters, today)}
        today={today}
      />
    </KeepForm>
  );
}

function Removal({ saved, close }: ChangeProps) {
  const t = useTexts();
  const [, navigate] = useLocation();
  const { remove } = useSavedChanges();
  return (
    <Danger
      hint={t(saved.shared ? "remove-shared-hint" : "remove-hint")}
      label={t("remove")}
      act={remove}
      run={() => remove.mutate(saved.id, { onSuccess: () => navigate("/saved-reports") })}
      close={close}
      sentence={useRefusalWords()(remove.error)}
    />
  );
}
