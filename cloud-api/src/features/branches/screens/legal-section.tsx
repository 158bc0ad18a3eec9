import { Badge, Button, Group, Menu, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Section } from "../../../shell/page.tsx";
import type { BranchDocument } from "../schema.ts";
import { useSettingsContext } from "./settings-context.ts";
import { SettingFault } from "./settings-inputs.tsx";
import { useTexts } from "./texts.ts";
import { Words } from "./words-inputs.tsx";

type LegalText = BranchDocument["legalTexts"][number];
type Purpose = LegalText["purpose"];

const PURPOSES: readonly Purpose[] = ["terms", "marketing", "profiling", "presence", "ads"];
const LABEL_LENGTH_MAX = 300;
const BODY_LENGTH_MAX = 4000;

/** What guests agree to, purpose by purpose. Changed words are a new version that is asked for anew. */
export function LegalSection() {
  const t = useTexts();
  const { document, set } = useSettingsContext();
  const texts = document.legalTexts;
  const missing = PURPOSES.filter((each) => !texts.some(({ purpose }) => purpose === each));
  const add = (purpose: Purpose) =>
    set("legalTexts", [...texts, { purpose, version: 1, label: {}, body: {} }]);
  return (
    <Stack gap="lg">
      <Section
        title={t("legal")}
        hint={t("legal-hint")}
        actions={missing.length > 0 && <AddText missing={missing} add={add} />}
      >
        <SettingFault of="legalTexts" />
      </Section>
      {texts.map((text, index) => (
        <OneText
          key={text.purpose}
          text={text}
          change={(next) => set("legalTexts", texts.with(index, next))}
          remove={
            text.purpose === "terms" ? null : () => set("legalTexts", texts.toSpliced(index, 1))
          }
        />
      ))}
    </Stack>
  );
}

type OneTextProps = {
  text: LegalText;
  change: (text: LegalText) => void;
  /** Null: nobody comes in without it. */
  remove: (() => void) | null;
};

function OneText({ text, change, remove }: OneTextProps) {
  const t = useTexts();
  const { languages } = useSettingsContext().document.branch;
  const name = t(`purpose-${text.purpose}`);
  return (
    <Section
      title={name}
      hint={t(text.purpose === "terms" ? "purpose-needed" : "purpose-free")}
      actions={
        <Group gap="xs">
          <Badge variant="default" tt="none" fw={500}>
            {t("text-version", { version: text.version })}
          </Badge>
          {remove && (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              aria-label={t("ask-consent-no-more", { name })}
              onClick={remove}
            >
              {t("remove")}
            </Button>
          )}
        </Group>
      }
    >
      <Stack gap="md">
        <Words
          title={t("text-label")}
          languages={languages}
          text={text.label}
          set={(label) => change({ ...text, label })}
          max={LABEL_LENGTH_MAX}
        />
        <Words
          title={t("text-body")}
          languages={languages}
          text={text.body}
          set={(body) => change({ ...text, body })}
          max={BODY_LENGTH_MAX}
          isLong
        />
        <Text size="xs" className="quiet">
          {t("text-version-hint")}
        </Text>
      </Stack>
    </Section>
  );
}

function AddText({
  missing,
  add,
}: {
  missing: readonly Purpose[];
  add: (purpose: Purpose) => void;
}) {
  const t = useTexts();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} />}>
          {t("add-consent")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {missing.map((purpose) => (
          <Menu.Item key={purpose} onClick={() => add(purpose)}>
            {t(`purpose-${purpose}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
