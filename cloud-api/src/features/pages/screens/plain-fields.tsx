import { Anchor, Button, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link } from "wouter";
import { findMoment, readWall } from "../../../shell/zoned.ts";
import { type FieldInput, NETWORKS, type Network } from "./block-kinds.ts";
import { useEditor } from "./editor-context.ts";
import { FieldFrame } from "./field-frame.tsx";
import { moveItem } from "./lists.ts";
import { PartActs } from "./part-acts.tsx";
import { useTexts } from "./texts.ts";
import { useTyped } from "./use-typed.ts";

const URL_CHARACTERS_MAX = 500;
const WEB_ADDRESS = /^https?:\/\/[^\s/.]+\.[^\s]+$/;

type FieldProps<Value> = {
  label: string;
  id: string;
  value: Value;
  onChange: (value: Value) => void;
  readOnly: boolean;
};

export function UrlField({ label, id, value, onChange, readOnly }: FieldProps<string | undefined>) {
  const t = useTexts();
  return (
    <FieldFrame label={label} inputId={id} hint={t("url-hint")}>
      <UrlInput id={id} value={value ?? ""} put={onChange} readOnly={readOnly} />
    </FieldFrame>
  );
}

type UrlInputProps = {
  id?: string;
  label?: string;
  value: string;
  put: (url: string) => void;
  readOnly: boolean;
};

/** A web address; what lacks its https:// gets it once the reader goes on. */
function UrlInput({ id, label, value, put, readOnly }: UrlInputProps) {
  const t = useTexts();
  const [typed, type] = useTyped(value, put);
  const isWrong = typed !== "" && !WEB_ADDRESS.test(typed);
  const complete = () => {
    if (typed !== "" && !/^[a-z]+:/i.test(typed)) type(`https://${typed}`);
  };
  return (
    <TextInput
      {...(id ? { id } : {})}
      {...(label ? { "aria-label": label } : {})}
      type="url"
      inputMode="url"
      dir="ltr"
      placeholder="https://"
      value={typed}
      maxLength={URL_CHARACTERS_MAX}
      onChange={({ currentTarget }) => type(currentTarget.value)}
      onBlur={complete}
      readOnly={readOnly}
      error={isWrong ? t("url-wrong") : null}
    />
  );
}

type CodeFieldProps = FieldProps<string | null | undefined> & {
  input: Extract<FieldInput, { as: "code" }>;
};

export function CodeField({ input, label, id, value, onChange, readOnly }: CodeFieldProps) {
  const t = useTexts();
  const [typed, type] = useTyped(value ?? "", (code) => onChange(code === "" ? undefined : code));
  return (
    <FieldFrame label={label} inputId={id} hint={t("code-hint")}>
      <TextInput
        id={id}
        value={typed}
        maxLength={input.max}
        onChange={({ currentTarget }) => type(currentTarget.value)}
        readOnly={readOnly}
        dir="ltr"
      />
    </FieldFrame>
  );
}

type MomentFieldProps = FieldProps<string | null | undefined> & {
  input: Extract<FieldInput, { as: "moment" }>;
};

/** A day and a time on the branches' clock. */
export function MomentField({ input, label, id, value, onChange, readOnly }: MomentFieldProps) {
  const t = useTexts();
  const { timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone } = useEditor();
  const moment = value ? new Date(value) : null;
  const isMoment = moment !== null && !Number.isNaN(moment.getTime());
  const choose = (wall: string) => {
    const [day = "", time = ""] = wall.split("T");
    if (wall === "") onChange(input.isNeeded ? "" : undefined);
    else onChange(findMoment(day, time, timeZone).toISOString());
  };
  return (
    <FieldFrame
      label={label}
      inputId={id}
      hint={input.isNeeded ? t("moment-hint", { zone: timeZone }) : t("moment-open")}
    >
      <TextInput
        id={id}
        type="datetime-local"
        value={isMoment ? readWall(moment, timeZone) : ""}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
        readOnly={readOnly}
      />
    </FieldFrame>
  );
}

export function SurveyField({ label, id, value, onChange, readOnly }: FieldProps<string>) {
  const t = useTexts();
  const { surveys, language } = useEditor();
  const isGone = value !== "" && !surveys.some((each) => each.id === value);
  const choices = surveys.map((each) => ({
    value: each.id,
    label: each.title[language] ?? Object.values(each.title)[0] ?? each.id,
  }));
  return (
    <FieldFrame
      label={label}
      inputId={id}
      hint={
        surveys.length === 0 ? (
          <>
            {t("no-survey")}{" "}
            <Anchor component={Link} href="/surveys" size="xs" underline="always">
              {t("to-surveys")}
            </Anchor>
          </>
        ) : (
          t("survey-hint")
        )
      }
    >
      <NativeSelect
        id={id}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
        disabled={readOnly}
        data={[
          { value: "", label: t("choose-survey") },
          ...choices,
          ...(isGone ? [{ value, label: value }] : []),
        ]}
      />
    </FieldFrame>
  );
}

type SocialLink = { network: Network; url: string };
type LinksFieldProps = FieldProps<SocialLink[] | undefined> & {
  input: Extract<FieldInput, { as: "links" }>;
};

/** Where else the shop is to be found, in the order it is shown. */
export function LinksField(props: LinksFieldProps) {
  const { input, label, value = [], onChange, readOnly } = props;
  const t = useTexts();
  const put = (index: number, link: SocialLink) => onChange(value.with(index, link));
  const next = NETWORKS.find((each) => !value.some(({ network }) => network === each));
  return (
    <FieldFrame label={label}>
      <Stack gap="sm">
        {value.map((link, index) => {
          const name = t(`network-${link.network}`);
          return (
            <div key={`${link.network}-${index}`} className="page-part">
              <Stack gap={6}>
                <NativeSelect
                  aria-label={t("link-at", { number: index + 1 })}
                  value={link.network}
                  onChange={({ currentTarget }) =>
                    put(index, { ...link, network: currentTarget.value as Network })
                  }
                  disabled={readOnly}
                  data={NETWORKS.map((each) => ({ value: each, label: t(`network-${each}`) }))}
                />
                <UrlInput
                  label={t("address-of", { what: name })}
                  value={link.url}
                  put={(url) => put(index, { ...link, url })}
                  readOnly={readOnly}
                />
              </Stack>
              {!readOnly && (
                <PartActs
                  {...{ name, index, count: value.length }}
                  move={(to) => onChange(moveItem(value, index, to))}
                  remove={() => onChange(value.toSpliced(index, 1))}
                />
              )}
            </div>
          );
        })}
        {value.length < input.max && !readOnly && (
          <Group>
            <Button
              variant="default"
              size="xs"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => onChange([...value, { network: next ?? "website", url: "" }])}
            >
              {t("add-link")}
            </Button>
          </Group>
        )}
      </Stack>
    </FieldFrame>
  );
}
