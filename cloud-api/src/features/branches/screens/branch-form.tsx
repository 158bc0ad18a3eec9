import { Button, Checkbox, Group, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useLanguage, useShellTexts } from "../../../shell/language.tsx";
import { GUEST_LANGUAGES, LANGUAGES, type Language } from "../../../shell/translate.ts";
import { currencyOf, moveCurrency } from "../schema.ts";
import { KindSelect } from "./kind-select.tsx";
import { findOwnCountry, findOwnZone, listCountries, listCurrencies, listZones } from "./places.ts";
import type { Branch, NewBranch } from "./replies.ts";
import { useTexts } from "./texts.ts";

type BranchFormProps = {
  isOpen: boolean;
  close: () => void;
  /** The branch to change; without one, a new branch is added. */
  branch?: Branch;
};

/** A branch's name, kind, place, currency, clock and languages. */
export function BranchForm({ isOpen, close, branch }: BranchFormProps) {
  const t = useTexts();
  return (
    <Dialog
      opened={isOpen}
      onClose={close}
      title={branch ? t("edit-name", { name: branch.name }) : t("add-branch")}
    >
      {/* Mounted with the dialog, so that each opening begins with what is true now. */}
      <Fields close={close} branch={branch} />
    </Dialog>
  );
}

function Fields({ close, branch }: { close: () => void; branch: Branch | undefined }) {
  const t = useTexts();
  const shell = useShellTexts();
  const { language } = useLanguage();
  const queries = useQueryClient();
  const [fields, setFields] = useState<NewBranch>(() => branch ?? findFirstFields(language));
  const countries = useMemo(() => listCountries(language), [language]);
  const currencies = useMemo(() => listCurrencies(language), [language]);
  const zones = useMemo(() => listZones(new Date()), []);
  const save = useMutation({
    mutationFn: ({ name, kind, timeZone, country, currency, languages }: NewBranch) => {
      const body = { name: name.trim(), kind, timeZone, country, currency, languages };
      return branch ? api.patch(`/branches/${branch.id}`, body) : api.post("/branches", body);
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["branches"] });
      void queries.invalidateQueries({ queryKey: ["overview"] });
      close();
    },
  });
  const set = (change: Partial<NewBranch>) => setFields({ ...fields, ...change });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(fields);
  };
  return (
    <Form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t("branch-name")}
          placeholder={t("branch-name-example")}
          value={fields.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={isFieldAtFault(save.error, "name") && t("name-refused")}
          maxLength={100}
          required
          withAsterisk={false}
          data-autofocus
        />
        <KindSelect kind={fields.kind ?? null} set={(kind) => set({ kind })} />
        <Select
          label={t("country")}
          description={t("country-hint")}
          data={countries}
          value={fields.country}
          onChange={(country) =>
            country && set({ country, currency: moveCurrency(fields, country) })
          }
          searchable
          allowDeselect={false}
        />
        <Select
          label={t("currency")}
          description={t("currency-hint")}
          data={currencies}
          value={fields.currency ?? currencyOf(fields.country)}
          onChange={(currency) => currency && set({ currency })}
          searchable
          allowDeselect={false}
        />
        <Select
          label={t("time-zone")}
          description={t("time-zone-hint")}
          data={zones}
          value={fields.timeZone}
          onChange={(timeZone) => timeZone && set({ timeZone })}
          limit={60}
          searchable
          allowDeselect={false}
        />
        <LanguageBoxes languages={fields.languages} set={(languages) => set({ languages })} />
        <Refusal error={save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell("cancel")}
          </Button>
          <Button
            type="submit"
            loading={save.isPending}
            disabled={fields.name.trim() === "" || fields.languages.length === 0}
          >
            {branch ? shell("save") : t("add-branch")}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

type Languages = NewBranch["languages"];
type LanguageBoxesProps = { languages: Languages; set: (languages: Languages) => void };

/** Ticked in order: the first is spoken to a guest whose phone asks for none of them. */
function LanguageBoxes({ languages, set }: LanguageBoxesProps) {
  const t = useTexts();
  const shell = useShellTexts();
  return (
    <Checkbox.Group
      label={t("languages")}
      description={t("languages-hint")}
      value={languages}
      onChange={(ticked) =>
        set(ticked.flatMap((each) => GUEST_LANGUAGES.find((known) => known === each) ?? []))
      }
    >
      <Group mt={6} gap="lg">
        {GUEST_LANGUAGES.map((language) => (
          <Checkbox key={language} value={language} label={shell(`language-${language}`)} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

function findFirstFields(language: Language): NewBranch {
  const others = LANGUAGES.filter((each) => each !== language);
  const timeZone = findOwnZone();
  const country = findOwnCountry(timeZone, navigator.languages);
  return {
    ...{ name: "", kind: null, timeZone, country, currency: currencyOf(country) },
    languages: [language, ...others],
  };
}
