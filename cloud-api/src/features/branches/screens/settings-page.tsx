import "./settings.css";
import { Skeleton, Stack } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { ApiError } from "../../../shell/api.ts";
import { useBranchChoices } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { NothingHere, Page } from "../../../shell/page.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { AccessPointsSection } from "./access-points-section.tsx";
import { BrandSection } from "./brand-section.tsx";
import { DetailsSection } from "./details-section.tsx";
import { GuestsSection } from "./guests-section.tsx";
import { LegalSection } from "./legal-section.tsx";
import { MemberWifiSection } from "./member-wifi-section.tsx";
import { PlaceSection } from "./place-section.tsx";
import { RoomsSection } from "./rooms-section.tsx";
import { SaveBar } from "./save-bar.tsx";
import { SectionMenu } from "./section-menu.tsx";
import { SettingsProvider } from "./settings-context.ts";
import { findSectionOf, SECTIONS, type SectionName } from "./settings-sections.ts";
import { findSettingAt, type SettingKey } from "./settings-values.ts";
import { SignInSection } from "./sign-in-section.tsx";
import { useTexts } from "./texts.ts";
import { type SettingsAtWork, useSettings } from "./use-settings.ts";

/** Everything a branch can be set to, a section at a time, with one bar to save it by. */
export function SettingsPage({ params }: ScreenProps) {
  const branchId = params.id ?? "";
  const t = useTexts();
  const branch = useBranchChoices().find((each) => each.id === branchId);
  const settings = useSettings(branchId);
  const { parameters, change } = useSearchParameters();
  const shown = SECTIONS.find(({ name }) => name === parameters.get("section"))?.name ?? "sign-in";
  const [isTried, setTried] = useState(false);
  const [sought, setSought] = useState<SettingKey | null>(null);
  useEffect(() => {
    if (sought) findInput(sought)?.focus();
    setSought(null);
  }, [sought]);
  const { error, shown: document } = settings;
  if (error instanceof ApiError && error.code === "not-found") return <NothingHere />;
  const save = () => {
    const isFaulty = Object.keys(settings.detailsFaults).length > 0;
    setTried(isFaulty);
    if (isFaulty) change({ section: "details" });
    else settings.saveNow();
  };
  const refusal = settings.save.error;
  const show = (key: SettingKey) => {
    change({ section: findSectionOf(key) });
    setSought(key);
  };
  return (
    <Page
      title={branch ? t("settings-of", { branch: branch.name }) : t("settings")}
      summary={settings.base && t("settings-version", { version: settings.base.version })}
      parent={{ path: "/branches", label: t("branches") }}
    >
      {error && !document && <Failure error={error} retry={settings.refetch} />}
      {!error && !document && <Waiting />}
      {document && (
        <SettingsProvider value={{ branchId, document, set: settings.set, refusal }}>
          <div className="settings">
            <SectionMenu
              shown={shown}
              changed={settings.changed.map(findSectionOf)}
              faulty={findFaultySection(refusal)}
              show={(section) => change({ section })}
            />
            <Stack gap="lg" miw={0}>
              {showSection(shown, { settings, isTried })}
              <SaveBar settings={settings} save={save} show={show} />
            </Stack>
          </div>
        </SettingsProvider>
      )}
    </Page>
  );
}

/** The input of a setting, where its section is shown. */
function findInput(key: SettingKey): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-setting="${key}"]:is(input, button, textarea)`);
}

function findFaultySection(refusal: unknown): SectionName | null {
  if (!(refusal instanceof ApiError) || refusal.code !== "invalid") return null;
  const key = findSettingAt(refusal.field ?? "");
  return key && findSectionOf(key);
}

type Shown = { settings: SettingsAtWork; isTried: boolean };

function showSection(name: SectionName, { settings, isTried }: Shown): ReactNode {
  switch (name) {
    case "sign-in":
      return <SignInSection />;
    case "rooms":
      return <RoomsSection />;
    case "guests":
      return <GuestsSection />;
    case "details":
      return (
        settings.details && (
          <DetailsSection
            form={settings.details}
            change={settings.setDetails}
            faults={isTried ? settings.detailsFaults : {}}
          />
        )
      );
    case "access-points":
      return <AccessPointsSection />;
    case "brand":
      return <BrandSection />;
    case "place":
      return <PlaceSection />;
    case "legal":
      return <LegalSection />;
    case "member-wifi":
      return <MemberWifiSection />;
    default:
      return assertNever(name);
  }
}

function assertNever(name: never): never {
  throw new Error(`unknown section ${name}`);
}

function Waiting() {
  return (
    <Stack aria-busy="true">
      <Skeleton height={180} radius="lg" />
      <Skeleton height={240} radius="lg" />
    </Stack>
  );
}
