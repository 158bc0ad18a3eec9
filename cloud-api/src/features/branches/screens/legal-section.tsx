import { Badge, Button, Checkbox, Group, Menu, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Section } from "../../../shell/page.tsx";
import {
  type AskedText,
  firstChannels,
  listAskedTexts,
  MESSAGE_CHANNELS,
  splitAskedTexts,
} from "../schema.ts";
import { useSettingsContext } from "./settings-context.ts";
import { SettingFault } from "./settings-inputs.tsx";
import { useTexts } from "./texts.ts";
import { Words } from "./words-inputs.tsx";

type Purpose = AskedText["purpose"];

const PURPOSES: readonly Purpose[] = ["terms", "marketing", "profiling", "presence", "ads"];
const LABEL_LENGTH_MAX = 300;
const BODY_LENGTH_MAX = 4000;

/** What guests agree to, purpose by purpose. Changed words are a new version that is asked for anew. */
export function LegalSection() {
  const t = useTexts();
  const { document, set } = useSettingsContext();
  const texts = listAskedTexts(document).toSorted(
    (one, other) => PURPOSES.indexOf(one.purpose) - PURPOSES.indexOf(other.purpose),
  );
  const missing = PURPOSES.filter((each) => !texts.some(({ purpose }) => purpose === each));
  const put = (next: readonly AskedText[]) => {
    const { legalTexts, marketingText } = splitAskedTexts(next);
    set("legalTexts", legalTexts, { marketingText });
  };
  const add = (purpose: Purpose) => {
    const text = { purpose, version: 1, label: {}, body: {} };
    const channels = firstChannels(document.branch.country);
    put([...texts, purpose === "marketing" ? { ...text, channels } : text]);
  };
  return (
    <Stack gap="lg">
      <Section
        title={t("legal")}
        hint={t("legal-hint")}
        actions={missing.length > 0 && <AddText missing={missing} add={add} />}
      >
        <SettingFault of="legalTexts" />
        <SettingFault of="marketingText" />
      </Section>
      {texts.map((text, index) => (
        <OneText
          key={text.purpose}
          text={text}
          change={(next) => put(texts.with(index, next))}
          remove={text.purpose === "terms" ? null : () => put(texts.toSpliced(index, 1))}
        />
      ))}
    </Stack>
  );
}

type OneTextProps = {
  text: AskedText;
  change: (text: AskedText) => void;
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
        {text.purpose === "marketing" && <Channels text={text} change={change} />}
        <Words
          title={t(text.channels ? "text-label-above" : "text-label")}
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

/** The channels that guests choose from: each is a box to tick of its own. */
function Channels({ text, change }: Pick<OneTextProps, "text" | "change">) {
  const t = useTexts();
  const { channels = [] } = text;
  return (
    <Checkbox.Group
      label={t("consent-channels")}
      description={t(channels.length === 0 ? "consent-channels-none" : "consent-channels-hint")}
      value={channels}
      onChange={(chosen) =>
        change({ ...text, channels: MESSAGE_CHANNELS.filter((each) => chosen.includes(each)) })
      }
    >
      <Group mt="xs">
        {MESSAGE_CHANNELS.map((each) => (
          <Checkbox
            key={each}
            value={each}
            label={t(`consent-channel-${each}`)}
            // A question without an answer to choose is none: it is removed instead.
            disabled={channels.length === 1 && channels[0] === each}
          />
        ))}
      </Group>
    </Checkbox.Group>
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
