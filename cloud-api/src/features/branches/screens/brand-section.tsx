import { Button, Group, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { Section } from "../../../shell/page.tsx";
import { PictureSetting } from "./picture-setting.tsx";
import { useFaultOf, useSettingsContext } from "./settings-context.ts";
import { ChoiceSetting, TextSetting } from "./settings-inputs.tsx";
import { readSetting } from "./settings-values.ts";
import { useTexts } from "./texts.ts";

const FONTS = ["serif", "sans", "rounded"] as const;
const LOGO_LENGTH_MAX = 8192;
const BACKGROUND_LENGTH_MAX = 64 * 1024;
const LOGO_TYPES = ["image/svg+xml", "image/png", "image/webp"];
const BACKGROUND_TYPES = [...LOGO_TYPES, "image/jpeg"];
/** What the pages take where the settings name no colour behind the words. */
const PAGE_COLOUR = "#ffffff";

/** How the guest pages look: the shop's own name, colours and pictures. */
export function BrandSection() {
  const t = useTexts();
  return (
    <Section title={t("brand")} hint={t("brand-hint")}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack gap="md">
          <TextSetting of="brandName" maxLength={100} />
          <ColourSetting of="accentColour" />
          <ColourSetting of="pageColour" mayBeNone />
          <ChoiceSetting
            of="font"
            choices={FONTS}
            labelOf={(each) => t(`font-${each as (typeof FONTS)[number]}`)}
            unsaid="serif"
          />
        </Stack>
        <Stack gap="md">
          <PictureSetting of="logo" lengthMax={LOGO_LENGTH_MAX} types={LOGO_TYPES} none={null} />
          <PictureSetting
            of="background"
            lengthMax={BACKGROUND_LENGTH_MAX}
            types={BACKGROUND_TYPES}
            none={undefined}
          />
        </Stack>
      </SimpleGrid>
    </Section>
  );
}

type ColourSettingProps = { of: "accentColour" | "pageColour"; mayBeNone?: boolean };

/** A colour by its code, or picked from the browser's own wheel. */
function ColourSetting({ of, mayBeNone = false }: ColourSettingProps) {
  const t = useTexts();
  const { document, set } = useSettingsContext();
  const fault = useFaultOf()(of);
  const value = readSetting(document, of);
  const colour = typeof value === "string" ? value : "";
  const isWhole = /^#[0-9a-f]{6}$/i.test(colour);
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <TextInput
        flex={1}
        label={t(`set-${of}`)}
        description={t(`set-${of}-hint`)}
        error={fault}
        placeholder={mayBeNone ? t("colour-none") : "#0b6e4f"}
        value={colour}
        onChange={({ currentTarget }) =>
          set(of, currentTarget.value === "" && mayBeNone ? undefined : currentTarget.value)
        }
        maxLength={7}
        data-setting={of}
      />
      <input
        type="color"
        className="colour-well"
        aria-label={t("pick-colour", { setting: t(`set-${of}`) })}
        value={isWhole ? colour.toLowerCase() : PAGE_COLOUR}
        onChange={({ currentTarget }) => set(of, currentTarget.value)}
      />
      {mayBeNone && colour !== "" && (
        <Button variant="subtle" color="gray" onClick={() => set(of, undefined)}>
          {t("take-away")}
        </Button>
      )}
    </Group>
  );
}
