import { Badge, Checkbox, Group, Text } from "@mantine/core";
import { Empty, Section } from "../../../shell/page.tsx";
import type { KitReply } from "../schema.ts";
import type { Draft } from "./draft.ts";
import type { Putting } from "./kit-editor.tsx";
import { useTexts } from "./texts.ts";

type WearersProps = { kit: KitReply; draft: Draft; put: Putting };

/** Which branches wear it, and which have their own: those may take it as it is saved. */
export function Wearers({ kit, draft, put }: WearersProps) {
  const t = useTexts();
  return (
    <Section title={t("wearers")} hint={t("wearers-hint")} flush={kit.places.length > 0}>
      {kit.places.length === 0 ? (
        <Empty title={t("no-branches")} hint={t("no-branches-hint")} />
      ) : (
        <ul className="kit-places">
          {kit.places.map((place) => (
            <Place key={place.id} {...{ kit, draft, put, place }} />
          ))}
        </ul>
      )}
    </Section>
  );
}

type PlaceProps = WearersProps & { place: KitReply["places"][number] };

function Place({ kit, draft, put, place }: PlaceProps) {
  const t = useTexts();
  const hasTexts = (draft.texts ?? kit.inherited.texts) !== null;
  const parts = [
    { key: "putLookOn", wears: place.wearsLook, isThere: true, what: "look" },
    { key: "putTextsOn", wears: place.wearsTexts, isThere: hasTexts, what: "texts" },
  ] as const;
  const toggle = (key: "putLookOn" | "putTextsOn", isOn: boolean) => {
    const others = draft[key].filter((id) => id !== place.id);
    put({ [key]: isOn ? [...others, place.id] : others });
  };
  return (
    <li>
      <Text fw={500}>{place.name}</Text>
      <Group gap="sm">
        {parts.map(({ key, wears, isThere, what }) => {
          if (!isThere) return null;
          if (wears)
            return (
              <Badge key={key} variant="light" color="foyer" tt="none" fw={500}>
                {t(`wears-${what}`)}
              </Badge>
            );
          if (!kit.mayEdit)
            return (
              <Badge key={key} variant="default" tt="none" fw={500}>
                {t(`has-own-${what}`)}
              </Badge>
            );
          return (
            <Checkbox
              key={key}
              size="sm"
              checked={draft[key].includes(place.id)}
              onChange={({ currentTarget }) => toggle(key, currentTarget.checked)}
              label={t(`put-${what}`)}
              aria-label={t(`put-${what}-on`, { branch: place.name })}
            />
          );
        })}
      </Group>
    </li>
  );
}
