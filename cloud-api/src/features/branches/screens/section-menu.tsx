import { NativeSelect, NavLink } from "@mantine/core";
import { SECTIONS, type SectionName } from "./settings-sections.ts";
import { useTexts } from "./texts.ts";

type SectionMenuProps = {
  shown: SectionName;
  /** Sections with something that is not saved, each as often as it has something. */
  changed: readonly SectionName[];
  faulty: SectionName | null;
  show: (section: SectionName) => void;
};

/** The sections at the side of the page, or as one choice on a phone. */
export function SectionMenu({ shown, changed, faulty, show }: SectionMenuProps) {
  const t = useTexts();
  const labelOf = (name: SectionName) => {
    if (name === faulty) return `${t(`section-${name}`)} · ${t("section-faulty")}`;
    return changed.includes(name)
      ? `${t(`section-${name}`)} · ${t("section-changed")}`
      : t(`section-${name}`);
  };
  return (
    <>
      <NativeSelect
        className="settings-choice"
        label={t("section")}
        value={shown}
        onChange={({ currentTarget }) =>
          show(SECTIONS.find(({ name }) => name === currentTarget.value)?.name ?? "sign-in")
        }
        data={SECTIONS.map(({ name }) => ({ value: name, label: labelOf(name) }))}
      />
      <nav className="settings-menu" aria-label={t("section")}>
        {SECTIONS.map(({ name, icon: Icon }) => (
          <NavLink
            key={name}
            component="button"
            type="button"
            active={name === shown}
            aria-current={name === shown ? "page" : undefined}
            label={t(`section-${name}`)}
            description={
              name === faulty
                ? t("section-faulty")
                : changed.includes(name)
                  ? t("section-changed")
                  : undefined
            }
            leftSection={<Icon size={17} stroke={1.7} />}
            onClick={() => show(name)}
            className="navigation-entry"
            data-faulty={name === faulty}
          />
        ))}
      </nav>
    </>
  );
}
