import { ActionIcon, Group, SegmentedControl, Tooltip } from "@mantine/core";
import { IconMoon, IconSun } from "@tabler/icons-react";
import { Failure } from "../../../shell/failure.tsx";
import { PhonePreview } from "../../../shell/phone-preview.tsx";
import { useTexts } from "./texts.ts";
import type { Shown, Tongue, useKitPreview } from "./use-kit.ts";

type Seen = Omit<Shown, "look">;

type KitPhoneProps = {
  shown: Seen;
  setShown: (shown: Seen) => void;
  languages: readonly Tongue[];
  preview: ReturnType<typeof useKitPreview>;
};

/** The page that guests meet first, in the look as it is being changed. */
export function KitPhone({ shown, setShown, languages, preview }: KitPhoneProps) {
  const t = useTexts();
  const { theme, stage, language } = shown;
  const turn = t(theme === "light" ? "see-dark" : "see-light");
  return (
    <section className="kit-phone" aria-label={t("preview")}>
      <Group gap="xs" justify="center" wrap="nowrap" mb="sm">
        {languages.length > 1 && (
          <SegmentedControl
            size="xs"
            value={language}
            onChange={(chosen) =>
              setShown({
                ...shown,
                language: languages.find((each) => each === chosen) ?? language,
              })
            }
            data={languages.map((value) => ({ value, label: value.toUpperCase() }))}
            aria-label={t("see-language")}
          />
        )}
        <SegmentedControl
          size="xs"
          value={stage}
          onChange={(chosen) =>
            setShown({ ...shown, stage: chosen === "after" ? "after" : "before" })
          }
          data={(["before", "after"] as const).map((value) => ({
            value,
            label: t(`see-${value}`),
          }))}
          aria-label={t("see-stage")}
        />
        <Tooltip label={turn}>
          <ActionIcon
            variant="default"
            size={30}
            onClick={() => setShown({ ...shown, theme: theme === "light" ? "dark" : "light" })}
            aria-label={turn}
          >
            {theme === "light" ? <IconMoon size={16} /> : <IconSun size={16} />}
          </ActionIcon>
        </Tooltip>
      </Group>
      {preview.error && !preview.data ? (
        <Failure error={preview.error} retry={preview.refetch} />
      ) : (
        <PhonePreview
          key={stage}
          html={preview.data?.html}
          title={t("preview")}
          theme={theme}
          isPending={preview.isPending}
        />
      )}
    </section>
  );
}
