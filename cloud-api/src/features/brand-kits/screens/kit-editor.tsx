import { SegmentedControl, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { Section } from "../../../shell/page.tsx";
import type { KitReply, Look } from "../schema.ts";
import { ColoursSection } from "./colours-section.tsx";
import { changeLook, type Draft, draftOf, isSame, type LookChange, shownLook } from "./draft.ts";
import { KitPhone } from "./kit-phone.tsx";
import { LettersSection } from "./letters-section.tsx";
import { LinksSection } from "./links-section.tsx";
import { PicturesSection } from "./pictures-section.tsx";
import { SaveBar } from "./save-bar.tsx";
import { useTexts } from "./texts.ts";
import { TextsSection } from "./texts-section.tsx";
import { type Shown, type Tongue, useKitPreview } from "./use-kit.ts";
import { Versions } from "./versions.tsx";
import { Wearers } from "./wearers.tsx";

/** A colour is dragged through many before it is chosen. */
const SETTLED_MS = 120;

export type Putting = (change: Partial<Draft>) => void;

/** What a kit is changed by. Nothing of it reaches a guest before it is saved. */
export function KitEditor({ kit }: { kit: KitReply }) {
  const [base, setBase] = useState(() => ({ version: kit.version, draft: draftOf(kit) }));
  const [draft, setDraft] = useState(base.draft);
  const languages = readLanguages(kit);
  const [shown, setShown] = useState<Omit<Shown, "look">>({
    ...{ language: languages[0] ?? "vi", theme: "light", stage: "before" },
  });
  const isChanged = !isSame(draft, base.draft);
  // Somebody else saved: without changes of one's own there is nothing to lose.
  if (kit.version !== base.version && !isChanged) {
    const next = { version: kit.version, draft: draftOf(kit) };
    setBase(next);
    setDraft(next.draft);
  }
  const put: Putting = (change) => setDraft((before) => ({ ...before, ...change }));
  const [settled] = useDebouncedValue(draft.look, SETTLED_MS);
  const preview = useKitPreview(kit, { look: shownLook(settled), ...shown });
  const disabled = !kit.mayEdit;
  const { look } = draft;
  const putLook = (change: LookChange) =>
    setDraft((before) => ({
      ...before,
      look: changeLook(before.look ?? kit.inherited.look, change),
    }));
  const common = { putLook, disabled };
  return (
    <div className="kit-desk">
      <Stack gap="lg" miw={0}>
        <Whose kit={kit} look={look} put={put} />
        {look && (
          <>
            <PicturesSection look={look} {...common} />
            <ColoursSection look={look} {...common} contrast={preview.data?.contrast ?? []} />
            <LettersSection look={look} {...common} />
            <LinksSection look={look} {...common} />
          </>
        )}
        <TextsSection {...{ kit, draft, put, languages, disabled }} />
        <Wearers {...{ kit, draft, put }} />
        <Versions kit={kit} take={(version) => put(draftOf(version))} />
        <SaveBar
          {...{ kit, draft, isChanged, version: base.version }}
          discard={() => setDraft(base.draft)}
          saved={(reply) => {
            const next = { version: reply.version, draft: draftOf(reply) };
            setBase(next);
            setDraft(next.draft);
          }}
          takeTheirs={() => {
            const next = { version: kit.version, draft: draftOf(kit) };
            setBase(next);
            setDraft(next.draft);
          }}
        />
      </Stack>
      <KitPhone {...{ shown, setShown, languages, preview }} />
    </div>
  );
}

const TONGUES: readonly Tongue[] = ["vi", "en", "fa"];

function readLanguages({ languages }: KitReply): readonly Tongue[] {
  const spoken = TONGUES.filter((each) => languages.includes(each));
  return spoken.length > 0 ? spoken : TONGUES.slice(0, 2);
}

type WhoseProps = { kit: KitReply; look: Look | null; put: Putting };

/** Whether it has a look of its own, or wears what others do. */
function Whose({ kit, look, put }: WhoseProps) {
  const t = useTexts();
  const isCompany = kit.kind === "company";
  return (
    <Section title={t("look")} hint={t(isCompany ? "look-hint-company" : "look-hint")}>
      <SegmentedControl
        value={look ? "own" : "none"}
        onChange={(value) =>
          put({ look: value === "none" ? null : (kit.look ?? kit.inherited.look) })
        }
        disabled={!kit.mayEdit}
        aria-label={t("look")}
        data={[
          { value: "own", label: t(isCompany ? "company-look" : "own-look") },
          { value: "none", label: t(isCompany ? "no-look" : "wear-company") },
        ]}
      />
      {!kit.mayEdit && (
        <Text size="sm" className="quiet" mt="xs">
          {t("read-only")}
        </Text>
      )}
    </Section>
  );
}
