import { Checkbox, Group, Select, SimpleGrid, Stack } from "@mantine/core";
import { useMemo } from "react";
import { useLanguage, useShellTexts } from "../../../shell/language.tsx";
import { Section } from "../../../shell/page.tsx";
import { Panels } from "../../../shell/panels.tsx";
import { GUEST_LANGUAGES } from "../../../shell/translate.ts";
import { currencyOf, moveCurrency } from "../schema.ts";
import { KindSelect } from "./kind-select.tsx";
import { MoveButtons } from "./move-buttons.tsx";
import { listCountries, listCurrencies, listZones } from "./places.ts";
import { useFaultOf, useSettingsContext } from "./settings-context.ts";
import { SettingFault, TextSetting } from "./settings-inputs.tsx";
import { useTexts } from "./texts.ts";
import { moveBy } from "./ways-in.ts";

/** What the branch is called, what and where it is, and what it speaks with guests. */
export function PlaceSection() {
  const t = useTexts();
  const { language } = useLanguage();
  const { branchId, document, set } = useSettingsContext();
  const faultOf = useFaultOf();
  const countries = useMemo(() => listCountries(language), [language]);
  const currencies = useMemo(() => listCurrencies(language), [language]);
  const zones = useMemo(() => listZones(new Date()), []);
  const { branch } = document;
  return (
    <Stack gap="lg">
      <Section title={t("place")}>
        <Stack gap="md">
          <TextSetting of="name" maxLength={100} />
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
            <KindSelect
              kind={branch.kind ?? null}
              set={(kind) => set("kind", kind)}
              error={faultOf("kind")}
            />
            <Select
              label={t("country")}
              description={t("country-hint")}
              data={countries}
              value={branch.country}
              onChange={(chosen) =>
                chosen && set("country", chosen, { currency: moveCurrency(branch, chosen) })
              }
              error={faultOf("country")}
              searchable
              allowDeselect={false}
              data-setting="country"
            />
            <Select
              label={t("currency")}
              description={t("currency-hint")}
              data={currencies}
              value={branch.currency ?? currencyOf(branch.country)}
              onChange={(chosen) => chosen && set("currency", chosen)}
              error={faultOf("currency")}
              searchable
              allowDeselect={false}
              data-setting="currency"
            />
            <Select
              label={t("time-zone")}
              description={t("time-zone-hint")}
              data={zones}
              value={branch.timeZone}
              onChange={(chosen) => chosen && set("timeZone", chosen)}
              error={faultOf("timeZone")}
              limit={60}
              searchable
              allowDeselect={false}
              data-setting="timeZone"
            />
          </SimpleGrid>
        </Stack>
      </Section>
      <Panels place="branch-place" id={branchId} />
      <Section title={t("languages")} hint={t("languages-order-hint")} flush>
        <LanguageList />
      </Section>
    </Stack>
  );
}

type GuestLanguage = (typeof GUEST_LANGUAGES)[number];

/** Those that are spoken first, in their order; then those that are not. */
function LanguageList() {
  const t = useTexts();
  const shell = useShellTexts();
  const { document, set } = useSettingsContext();
  const spoken: readonly GuestLanguage[] = document.branch.languages;
  const others = GUEST_LANGUAGES.filter((each) => !spoken.includes(each));
  return (
    <>
      <ol className="steps" aria-label={t("languages")}>
        {[...spoken, ...others].map((each, index) => {
          const name = shell(`language-${each}`);
          const isSpoken = index < spoken.length;
          return (
            <li key={each} className="record-row way-row">
              <Checkbox
                flex={1}
                label={index === 0 ? t("first-language", { language: name }) : name}
                checked={isSpoken}
                onChange={() =>
                  set(
                    "languages",
                    isSpoken ? spoken.filter((other) => other !== each) : [...spoken, each],
                  )
                }
                data-setting="languages"
              />
              {isSpoken && (
                <Group gap={4} wrap="nowrap">
                  <MoveButtons
                    name={name}
                    index={index}
                    length={spoken.length}
                    move={(by) => set("languages", moveBy(spoken, index, by))}
                  />
                </Group>
              )}
            </li>
          );
        })}
      </ol>
      <div className="setting-fault-line">
        <SettingFault of="languages" />
      </div>
    </>
  );
}
