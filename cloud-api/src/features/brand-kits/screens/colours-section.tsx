import { Button, ColorInput, Group, SimpleGrid, Stack, Text, UnstyledButton } from "@mantine/core";
import { useEffect, useState } from "react";
import { Section } from "../../../shell/page.tsx";
import type { Contrast } from "../schema.ts";
import { ContrastList } from "./contrast-list.tsx";
import { findColours } from "./logo-colours.ts";
import type { LookProps } from "./look-section.ts";
import { useTexts } from "./texts.ts";

/** To begin with, where nobody knows the code of a colour. */
const SWATCHES = [
  ...["#0b6e4f", "#0f766e", "#1d4ed8", "#4338ca", "#7c3aed", "#9d174d", "#7a1f3d", "#b3261e"],
  ...["#b4532a", "#d97706", "#f2c230", "#4d7c0f", "#3f3f46", "#000000"],
];
/** What the page takes where the look names no colour behind the words. */
const PAPER = "#fffdf9";

/** The two colours that all others are made from, and how well what is made of them is read. */
export function ColoursSection({
  look,
  putLook,
  disabled,
  contrast,
}: LookProps & { contrast: readonly Contrast[] }) {
  const t = useTexts();
  const offered = useLogoColours(look.logo);
  return (
    <Section title={t("colours")} hint={t("colours-hint")}>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <Colour
            label={t("accent")}
            description={t("accent-hint")}
            colour={look.accentColour}
            put={(accentColour) => putLook({ accentColour })}
            disabled={disabled}
          />
          <Stack gap={4}>
            <Colour
              label={t("paper")}
              description={t("paper-hint")}
              colour={look.pageColour ?? PAPER}
              put={(pageColour) => putLook({ pageColour })}
              disabled={disabled}
            />
            {look.pageColour && !disabled && (
              <Button
                variant="subtle"
                color="gray"
                size="compact-xs"
                style={{ alignSelf: "flex-start" }}
                onClick={() => putLook({ pageColour: undefined })}
              >
                {t("paper-none")}
              </Button>
            )}
          </Stack>
        </SimpleGrid>
        {offered.length > 0 && !disabled && (
          <Group gap="xs">
            <Text size="sm">{t("from-logo")}</Text>
            {offered.map((colour) => (
              <UnstyledButton
                key={colour}
                className="kit-swatch"
                style={{ backgroundColor: colour }}
                aria-label={t("take-colour", { colour })}
                title={colour}
                onClick={() => putLook({ accentColour: colour })}
              />
            ))}
          </Group>
        )}
        <ContrastList contrast={contrast} />
      </Stack>
    </Section>
  );
}

type ColourProps = {
  label: string;
  description: string;
  colour: string;
  put: (colour: string) => void;
  disabled: boolean;
};

/** A code that is half typed is no colour yet: the page stays as it was. */
function Colour({ label, description, colour, put, disabled }: ColourProps) {
  const t = useTexts();
  const [typed, setTyped] = useState(colour);
  useEffect(() => setTyped(colour), [colour]);
  const change = (next: string) => {
    setTyped(next);
    if (isWhole(next)) put(next.toLowerCase());
  };
  return (
    <ColorInput
      label={label}
      description={description}
      value={typed}
      onChange={change}
      onBlur={() => !isWhole(typed) && setTyped(colour)}
      swatches={SWATCHES}
      swatchesPerRow={7}
      disabled={disabled}
      eyeDropperButtonProps={{ "aria-label": t("pick-from-screen") }}
    />
  );
}

const isWhole = (text: string) => /^#[0-9a-f]{6}$/i.test(text);

const LOOKED_AT_PIXELS = 48;

/** The colours of the logo, looked at in this browser. */
function useLogoColours(logo: string | null): readonly string[] {
  const [colours, setColours] = useState<readonly string[]>([]);
  useEffect(() => {
    setColours([]);
    if (!logo) return;
    let isGone = false;
    const picture = new Image();
    picture.onload = () => {
      const context = document.createElement("canvas").getContext("2d");
      if (isGone || !context) return;
      context.drawImage(picture, 0, 0, LOOKED_AT_PIXELS, LOOKED_AT_PIXELS);
      const { data } = context.getImageData(0, 0, LOOKED_AT_PIXELS, LOOKED_AT_PIXELS);
      setColours(findColours(data));
    };
    picture.src = logo;
    return () => {
      isGone = true;
    };
  }, [logo]);
  return colours;
}
