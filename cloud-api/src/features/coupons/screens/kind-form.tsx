import { Button, Checkbox, Group, MultiSelect, NumberInput, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { useBranchChoices } from "../../../shell/branches.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form, useFaultInSight } from "../../../shell/form.tsx";
import { useLanguage, useShellTexts } from "../../../shell/language.tsx";
import { LocalInputs } from "../../../shell/local-inputs.tsx";
import { COUPON_DAYS_MAX, chooseWords } from "../rules.ts";
import {
  COMPLETENESS_MIN,
  type CouponKindBody,
  KIND_NAME_CHARACTERS_MAX,
  KIND_TERMS_CHARACTERS_MAX,
} from "../schema.ts";
import { type Kind, useSurveyTitles } from "./replies.ts";
import { useTexts } from "./texts.ts";

type KindDialogProps = { isOpen: boolean; close: () => void; kind: Kind | null };

/** A new coupon (null), or another wording of one. */
export function KindDialog({ isOpen, close, kind }: KindDialogProps) {
  const t = useTexts();
  return (
    <Dialog
      opened={isOpen}
      onClose={close}
      title={t(kind ? "edit-coupon" : "new-coupon")}
      size="lg"
    >
      {isOpen && <Fields close={close} kind={kind} />}
    </Dialog>
  );
}

const FIRST: CouponKindBody = {
  ...{ name: {}, offer: {}, terms: null, validDays: 30, branchIds: [] },
  ...{ surveyIds: [], profileCompleteness: null },
};

function toBody(kind: Kind): CouponKindBody {
  const { name, offer, terms, validDays, branchIds, surveyIds, profileCompleteness } = kind;
  return { name, offer, terms, validDays, branchIds, surveyIds, profileCompleteness };
}

function Fields({ close, kind }: { close: () => void; kind: Kind | null }) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const [fields, setFields] = useState(() => (kind ? toBody(kind) : FIRST));
  const set = (change: Partial<CouponKindBody>) => setFields({ ...fields, ...change });
  const save = useMutation({
    mutationFn: () =>
      kind
        ? api.put<Kind>(`/coupon-kinds/${kind.id}`, fields)
        : api.post<Kind>("/coupon-kinds", fields),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["coupon-kinds"] });
      close();
    },
  });
  const [tries, setTries] = useState(0);
  const faultOf = (noun: "name" | "offer") =>
    tries > 0 &&
    chooseWords(fields[noun], "vi") === "" &&
    shell("field-missing", { field: t(noun) });
  const isSaid = [fields.name, fields.offer].every((text) => chooseWords(text, "vi") !== "");
  const send = () => (isSaid ? save.mutate() : setTries(tries + 1));
  const form = useFaultInSight<HTMLDivElement>(tries);
  const isTaken = ["surveyIds", "profileCompleteness"].some((field) =>
    isFieldAtFault(save.error, field),
  );
  return (
    <Form onSubmit={send}>
      <Stack ref={form}>
        <LocalInputs
          label={t("offer")}
          text={fields.offer}
          set={(offer) => set({ offer })}
          max={KIND_NAME_CHARACTERS_MAX}
          fault={faultOf("offer")}
          isFirst
        />
        <LocalInputs
          label={t("name")}
          text={fields.name}
          set={(name) => set({ name })}
          max={KIND_NAME_CHARACTERS_MAX}
          fault={faultOf("name")}
        />
        <LocalInputs
          label={t("terms")}
          text={fields.terms ?? {}}
          set={(terms) => set({ terms })}
          max={KIND_TERMS_CHARACTERS_MAX}
        />
        <Where fields={fields} set={set} />
        <What fields={fields} set={set} />
        <Refusal error={save.error} {...(isTaken ? { sentence: t("reward-taken") } : {})} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell("cancel")}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t(kind ? "save" : "make-coupon")}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

type PartProps = { fields: CouponKindBody; set: (change: Partial<CouponKindBody>) => void };

function Where({ fields, set }: PartProps) {
  const t = useTexts();
  const branches = useBranchChoices();
  return (
    <Group grow align="flex-start" gap="sm">
      <NumberInput
        label={t("valid-days")}
        description={t("valid-days-hint")}
        value={fields.validDays}
        onChange={(value) => typeof value === "number" && set({ validDays: value })}
        min={1}
        max={COUPON_DAYS_MAX}
        clampBehavior="strict"
        allowDecimal={false}
      />
      {branches.length > 1 && (
        <MultiSelect
          label={t("taken-at")}
          description={t("taken-at-hint")}
          placeholder={fields.branchIds.length === 0 ? t("all-branches") : ""}
          data={branches.map(({ id, name }) => ({ value: id, label: name }))}
          value={fields.branchIds}
          onChange={(branchIds) => set({ branchIds })}
          searchable
          clearable
        />
      )}
    </Group>
  );
}

const FIRST_COMPLETENESS = 100;

function What({ fields, set }: PartProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const { data } = useSurveyTitles();
  const surveys = data?.surveys.flatMap(({ id, title }) =>
    title || fields.surveyIds.includes(id)
      ? [{ value: id, label: title ? chooseWords(title, language) : id }]
      : [],
  );
  const { profileCompleteness } = fields;
  return (
    <>
      <MultiSelect
        label={t("for-answering")}
        description={t("for-answering-hint")}
        data={surveys ?? []}
        value={fields.surveyIds}
        onChange={(surveyIds) => set({ surveyIds })}
        searchable
        clearable
      />
      <Group gap="sm" align="center">
        <Checkbox
          label={t("for-complete-profile")}
          checked={profileCompleteness !== null}
          onChange={({ currentTarget }) =>
            set({ profileCompleteness: currentTarget.checked ? FIRST_COMPLETENESS : null })
          }
        />
        {profileCompleteness !== null && (
          <NumberInput
            aria-label={t("completeness")}
            suffix=" %"
            value={profileCompleteness}
            onChange={(value) => typeof value === "number" && set({ profileCompleteness: value })}
            min={COMPLETENESS_MIN}
            max={100}
            step={5}
            clampBehavior="strict"
            allowDecimal={false}
            w={110}
          />
        )}
      </Group>
      {profileCompleteness !== null && (
        <Checkbox
          label={t("rewards-earlier")}
          description={t("rewards-earlier-hint")}
          checked={fields.rewardsEarlier ?? false}
          onChange={({ currentTarget }) => set({ rewardsEarlier: currentTarget.checked })}
        />
      )}
    </>
  );
}
