import { Box, Button, MultiSelect, NumberInput, SimpleGrid, Text, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useLanguage } from "../../../shell/language.tsx";
import type { Language } from "../../../shell/translate.ts";
import {
  type Amount,
  type Faults,
  hasOneWay,
  METHODS,
  PERIODS,
  type PolicyFields,
  type VolumeAmounts,
} from "./policy-fields.ts";
import type { Marks } from "./replies.ts";
import { useTexts } from "./texts.ts";

export type InputsProps = {
  fields: PolicyFields;
  set: (change: Partial<PolicyFields>) => void;
  faults: Faults;
  marks: Marks;
};

const POLICY_NAME_LENGTH_MAX = 100;

type PartProps = { title: string; hint?: string; children: ReactNode };

/** Fields that belong together, under a heading. */
export function Part({ title, hint, children }: PartProps) {
  return (
    <Box role="group" aria-label={title}>
      <Text fw={650}>{title}</Text>
      {hint && (
        <Text size="xs" className="quiet">
          {hint}
        </Text>
      )}
      <Box mt={8}>{children}</Box>
    </Box>
  );
}

export function NameInput({ fields, set, faults }: InputsProps) {
  const t = useTexts();
  return (
    <TextInput
      label={t("name")}
      placeholder={t("name-example")}
      value={fields.name}
      onChange={(event) => set({ name: event.currentTarget.value })}
      error={faults.name && t(faults.name)}
      maxLength={POLICY_NAME_LENGTH_MAX}
      data-autofocus
    />
  );
}

export function ForInputs({ fields, set, faults, marks }: InputsProps) {
  const t = useTexts();
  const choices = (list: Marks["groups"], chosen: readonly string[]) => [
    ...list.map(({ id, name }) => ({ value: id, label: name })),
    ...chosen
      .filter((id) => !list.some((each) => each.id === id))
      .map((id) => ({ value: id, label: t("gone") })),
  ];
  return (
    <Part title={t("for")} hint={t("for-hint")}>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <MultiSelect
          label={t("groups")}
          description={t("groups-hint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          placeholder={fields.groups.length === 0 ? t("any-group") : ""}
          data={choices(marks.groups, fields.groups)}
          value={fields.groups}
          onChange={(groups) => set({ groups })}
          hidePickedOptions
        />
        <MultiSelect
          label={t("tags")}
          placeholder={fields.tags.length === 0 ? t("any-group") : ""}
          data={choices(marks.tags, fields.tags)}
          value={fields.tags}
          onChange={(tags) => set({ tags })}
          hidePickedOptions
        />
        <MultiSelect
          label={t("tiers")}
          placeholder={fields.tiers.length === 0 ? t("any-group") : ""}
          data={choices(marks.tiers, fields.tiers)}
          value={fields.tiers}
          onChange={(tiers) => set({ tiers })}
          hidePickedOptions
        />
        <MultiSelect
          label={t("methods")}
          placeholder={fields.methods.length === 0 ? t("any-method") : ""}
          data={METHODS.map((method) => ({ value: method, label: t(`option-${method}`) }))}
          value={fields.methods}
          onChange={(methods) => set({ methods })}
          hidePickedOptions
        />
        <SimpleGrid cols={2} spacing="sm">
          <AmountInput
            label={t("visit-from")}
            placeholder="1"
            value={fields.visitFrom}
            set={(visitFrom) => set({ visitFrom })}
            error={faults.visitFrom && t(faults.visitFrom)}
            isWhole
          />
          <AmountInput
            label={t("visit-to")}
            value={fields.visitTo}
            set={(visitTo) => set({ visitTo })}
            error={faults.visitTo && t(faults.visitTo)}
            isWhole
          />
        </SimpleGrid>
      </SimpleGrid>
    </Part>
  );
}

export function LimitInputs(props: InputsProps) {
  const t = useTexts();
  const { fields, set, faults } = props;
  const one = (input: "down" | "up" | "devices" | "idleMinutes", isWhole = false) => ({
    value: fields[input],
    set: (value: Amount) => set({ [input]: value }),
    error: faults[input] && t(faults[input]),
    isWhole,
  });
  return (
    <>
      <PeriodInputs {...props} amounts="minutes" title={t("time")} hint={t("time-hint")} />
      <VolumeInputs {...props} />
      <Part title={t("speed")}>
        <SimpleGrid cols={{ base: 2, xs: 4 }} spacing="sm" style={{ alignItems: "end" }}>
          <AmountInput label={t("down")} {...one("down")} />
          <AmountInput label={t("up")} {...one("up")} />
          <AmountInput label={t("devices-max")} {...one("devices", true)} />
          <AmountInput label={t("idle-minutes")} {...one("idleMinutes")} />
        </SimpleGrid>
      </Part>
    </>
  );
}

/** Few limit one way by itself: it is asked for, or there already. */
function VolumeInputs(props: InputsProps) {
  const t = useTexts();
  const [wasThere] = useState(() => hasOneWay(props.fields));
  const [isAsked, setAsked] = useState(false);
  const isOpen = wasThere || isAsked;
  return (
    <>
      <PeriodInputs {...props} amounts="megabytes" title={t("volume")} hint={t("volume-hint")}>
        {!isOpen && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => setAsked(true)}
            mt={12}
          >
            {t("volume-one-way")}
          </Button>
        )}
      </PeriodInputs>
      {isOpen && (
        <>
          <PeriodInputs
            {...props}
            amounts="megabytesDown"
            title={t("volume-down")}
            hint={t("volume-down-hint")}
            autoFocus={isAsked}
          />
          <PeriodInputs
            {...props}
            amounts="megabytesUp"
            title={t("volume-up")}
            hint={t("volume-up-hint")}
          />
        </>
      )}
    </>
  );
}

type PeriodInputsProps = InputsProps & {
  amounts: "minutes" | VolumeAmounts;
  title: string;
  hint: string;
  /** Of the first input: the button that asked for them is gone. */
  autoFocus?: boolean;
  children?: ReactNode;
};

function PeriodInputs({
  fields,
  set,
  faults,
  amounts,
  title,
  hint,
  autoFocus = false,
  children,
}: PeriodInputsProps) {
  const t = useTexts();
  return (
    <Part title={title} hint={hint}>
      <SimpleGrid cols={{ base: 2, xs: 5 }} spacing="sm">
        {PERIODS.map((period, index) => {
          const fault = faults[`${amounts}-${period}`];
          return (
            <AmountInput
              key={period}
              label={t(period)}
              value={fields[amounts][period]}
              set={(value) => set({ [amounts]: { ...fields[amounts], [period]: value } })}
              error={fault && t(fault)}
              autoFocus={autoFocus && index === 0}
            />
          );
        })}
      </SimpleGrid>
      {children}
    </Part>
  );
}

type AmountInputProps = {
  label: string;
  value: Amount;
  set: (value: Amount) => void;
  error?: string | undefined;
  placeholder?: string;
  isWhole?: boolean;
  autoFocus?: boolean;
};

const MARKS: Record<Language, { decimal: string; thousand: string }> = {
  en: { decimal: ".", thousand: "," },
  vi: { decimal: ",", thousand: "." },
};

/** A number, written as the reader's language does; empty where there is no limit. */
function AmountInput({
  label,
  value,
  set,
  error,
  placeholder = "–",
  isWhole = false,
  autoFocus = false,
}: AmountInputProps) {
  const { decimal, thousand } = MARKS[useLanguage().language];
  return (
    <NumberInput
      label={label}
      placeholder={placeholder}
      value={value}
      onChange={set}
      error={error}
      allowNegative={false}
      allowDecimal={!isWhole}
      decimalScale={3}
      decimalSeparator={decimal}
      thousandSeparator={thousand}
      hideControls
      autoFocus={autoFocus}
    />
  );
}
