import { Radio, SimpleGrid, Text } from "@mantine/core";
import { Section } from "../../../shell/page.tsx";
import type { LookProps } from "./look-section.ts";
import { useTexts } from "./texts.ts";

const FONTS = ["serif", "sans", "rounded"] as const;

/** Fonts that phones have, each shown in its own letters. */
export function LettersSection({ look, putLook, disabled }: LookProps) {
  const t = useTexts();
  const choose = (value: string) => {
    const font = FONTS.find((each) => each === value);
    if (font) putLook({ font });
  };
  return (
    <Section title={t("letters")} hint={t("letters-hint")}>
      <Radio.Group value={look.font ?? "serif"} onChange={choose} aria-label={t("letters")}>
        <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
          {FONTS.map((font) => (
            <Radio.Card
              key={font}
              value={font}
              disabled={disabled}
              className="kit-font"
              aria-label={t(`font-${font}`)}
            >
              <span data-font={font}>{t("letters-sample")}</span>
              <Text size="xs" className="quiet">
                {t(`font-${font}`)}
              </Text>
            </Radio.Card>
          ))}
        </SimpleGrid>
      </Radio.Group>
    </Section>
  );
}
