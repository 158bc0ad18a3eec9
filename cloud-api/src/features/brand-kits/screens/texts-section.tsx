import {
  Badge,
  Button,
  Checkbox,
  Group,
  Menu,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useLanguage } from "../../../shell/language.tsx";
import { Section } from "../../../shell/page.tsx";
import { LOCALE } from "../../../shell/translate.ts";
import type { KitReply, WrittenText } from "../schema.ts";
import { type Draft, withoutVersion } from "./draft.ts";
import type { Putting } from "./kit-editor.tsx";
import { useTexts } from "./texts.ts";
import type { Tongue } from "./use-kit.ts";

const PURPOSES = ["terms", "marketing", "profiling", "presence", "ads"] as const;
const CHANNELS = ["sms", "zalo", "email"] as const;
const LABEL_LENGTH_MAX = 300;
const BODY_LENGTH_MAX = 4000;

type TextsSectionProps = {
  kit: KitReply;
  draft: Draft;
  put: Putting;
  languages: readonly Tongue[];
  disabled: boolean;
};

/** What guests agree to, purpose by purpose, the same at every branch of the brand. */
export function TextsSection({ kit, draft, put, languages, disabled }: TextsSectionProps) {
  const t = useTexts();
  const [language, setLanguage] = useState<Tongue>(languages[0] ?? "vi");
  const { texts } = draft;
  const begin = kit.texts ?? kit.inherited.texts ?? kit.proposed;
  const missing = PURPOSES.filter((each) => !texts?.some(({ purpose }) => purpose === each));
  const putTexts = (next: WrittenText[]) => put({ texts: next });
  return (
    <Section
      title={t("texts")}
      hint={t(kit.inherited.texts ? "texts-hint-company" : "texts-hint")}
      actions={
        texts && languages.length > 1 ? (
          <Tongues {...{ languages, language, setLanguage }} />
        ) : undefined
      }
    >
      <Stack gap="lg">
        <SegmentedControl
          value={texts ? "own" : "none"}
          disabled={disabled}
          onChange={(value) => put({ texts: value === "none" ? null : begin.map(withoutVersion) })}
          aria-label={t("texts")}
          data={[
            { value: "own", label: t("own-texts") },
            { value: "none", label: t(kit.inherited.texts ? "wear-company" : "branch-texts") },
          ]}
        />
        {texts?.map((text, index) => (
          <OneText
            key={text.purpose}
            text={text}
            language={language}
            version={kit.texts?.find(({ purpose }) => purpose === text.purpose)?.version ?? null}
            change={(next) => putTexts(texts.with(index, next))}
            remove={text.purpose === "terms" ? null : () => putTexts(texts.toSpliced(index, 1))}
            disabled={disabled}
          />
        ))}
        {texts && missing.length > 0 && !disabled && (
          <AddText missing={missing} add={(text) => putTexts([...texts, text])} />
        )}
      </Stack>
    </Section>
  );
}

type OneTextProps = {
  text: WrittenText;
  language: Tongue;
  /** Of the text as it is saved; null: it is new. */
  version: number | null;
  change: (text: WrittenText) => void;
  remove: (() => void) | null;
  disabled: boolean;
};

function OneText({ text, language, version, change, remove, disabled }: OneTextProps) {
  const t = useTexts();
  const name = t(`purpose-${text.purpose}`);
  const common = { lang: language, dir: "auto", disabled } as const;
  return (
    <fieldset className="kit-text">
      <legend>
        <Group gap="xs">
          <Text fw={600}>{name}</Text>
          {version !== null && (
            <Badge variant="default" tt="none" fw={500}>
              {t("text-version", { version })}
            </Badge>
          )}
          {remove && !disabled && (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              onClick={remove}
              aria-label={t("remove-text", { name })}
            >
              {t("take-away")}
            </Button>
          )}
        </Group>
      </legend>
      <Stack gap="sm">
        {text.purpose === "marketing" && <Channels {...{ text, change, disabled }} />}
        <TextInput
          label={t(text.channels ? "text-label-above" : "text-label")}
          value={text.label[language] ?? ""}
          maxLength={LABEL_LENGTH_MAX}
          onChange={({ currentTarget: { value } }) =>
            change({ ...text, label: { ...text.label, [language]: value } })
          }
          {...common}
        />
        <Textarea
          label={t("text-body")}
          description={t("text-body-hint")}
          value={text.body[language] ?? ""}
          maxLength={BODY_LENGTH_MAX}
          onChange={({ currentTarget: { value } }) =>
            change({ ...text, body: { ...text.body, [language]: value } })
          }
          autosize
          minRows={3}
          maxRows={10}
          {...common}
        />
      </Stack>
    </fieldset>
  );
}

function Channels({ text, change, disabled }: Pick<OneTextProps, "text" | "change" | "disabled">) {
  const t = useTexts();
  const chosen = text.channels ?? [];
  return (
    <Checkbox.Group
      label={t("channels")}
      description={t("channels-hint")}
      value={chosen}
      onChange={(next) =>
        change({ ...text, channels: CHANNELS.filter((each) => next.includes(each)) })
      }
    >
      <Group mt="xs">
        {CHANNELS.map((each) => (
          <Checkbox
            key={each}
            value={each}
            label={t(`channel-${each}`)}
            disabled={disabled || (chosen.length === 1 && chosen[0] === each)}
          />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

type AddTextProps = {
  missing: readonly WrittenText["purpose"][];
  add: (text: WrittenText) => void;
};

function AddText({ missing, add }: AddTextProps) {
  const t = useTexts();
  return (
    <div>
      <Menu position="bottom-start" withinPortal>
        <Menu.Target>
          <Button size="xs" variant="default" leftSection={<IconPlus size={14} />}>
            {t("add-text")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {missing.map((purpose) => (
            <Menu.Item
              key={purpose}
              onClick={() =>
                add({
                  ...{ purpose, label: {}, body: {} },
                  ...(purpose === "marketing" && { channels: ["sms", "email"] }),
                })
              }
            >
              {t(`purpose-${purpose}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

type TonguesProps = {
  languages: readonly Tongue[];
  language: Tongue;
  setLanguage: (language: Tongue) => void;
};

function Tongues({ languages, language, setLanguage }: TonguesProps) {
  const t = useTexts();
  const { language: readers } = useLanguage();
  const names = new Intl.DisplayNames(LOCALE[readers], { type: "language" });
  return (
    <SegmentedControl
      size="xs"
      value={language}
      onChange={(chosen) => setLanguage(languages.find((each) => each === chosen) ?? language)}
      data={languages.map((value) => ({ value, label: names.of(value) ?? value }))}
      aria-label={t("texts-language")}
    />
  );
}
