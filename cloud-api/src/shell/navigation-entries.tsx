import { NavLink, UnstyledButton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { Suspense, useEffect, useId, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { navigation } from "./collect.ts";
import { useLanguage, useShellTexts } from "./language.tsx";
import { foldsKey, isSectionOpen, readFolds, toggleFold, writeFolds } from "./navigation-folds.ts";
import { findActiveEntry, groupEntries, type NavigationEntry, type Section } from "./screens.ts";
import { useIsShown, useSession } from "./session.tsx";
import { translate } from "./translate.ts";

/** Where somebody may go, by sections; what they folded away stays so in their browser. */
export function NavigationEntries({ onLeave }: { onLeave: () => void }) {
  const [path] = useLocation();
  const active = findActiveEntry(navigation, path);
  const { folds, toggle } = useFolds();
  const list = useRef<HTMLDivElement>(null);
  const activePath = active?.path;
  // The entry of the page that was opened may stand below the edge.
  useEffect(() => {
    if (activePath === undefined) return;
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [activePath]);
  const isShown = useIsShown();
  const current = active?.section ?? null;
  return (
    <div className="navigation-entries" ref={list}>
      {groupEntries(navigation.filter(isShown)).map(({ section, entries }) => (
        <NavigationSection
          key={section}
          isOpen={isSectionOpen(section, { folds, current })}
          isCurrent={section === current}
          onToggle={() => toggle(section)}
          {...{ section, entries, active, onLeave }}
        />
      ))}
    </div>
  );
}

type NavigationSectionProps = {
  section: Section;
  entries: readonly NavigationEntry[];
  active: NavigationEntry | null;
  isOpen: boolean;
  isCurrent: boolean;
  onToggle: () => void;
  onLeave: () => void;
};

function NavigationSection(props: NavigationSectionProps) {
  const { section, entries, active, isOpen, isCurrent, onToggle, onLeave } = props;
  const t = useShellTexts();
  const { language } = useLanguage();
  const id = useId();
  return (
    <section aria-label={section === "now" ? undefined : t(`section-${section}`)}>
      {section !== "now" && (
        <UnstyledButton
          className="navigation-heading"
          aria-expanded={isOpen}
          aria-controls={id}
          // Nobody folds away where they are.
          aria-disabled={isCurrent || undefined}
          onClick={isCurrent ? undefined : onToggle}
        >
          {t(`section-${section}`)}
          <IconChevronDown size={14} stroke={2} aria-hidden />
        </UnstyledButton>
      )}
      <div id={id} hidden={!isOpen}>
        {entries.map((entry) => (
          <NavLink
            key={entry.path}
            component={Link}
            href={entry.path}
            onClick={onLeave}
            active={entry === active}
            aria-current={entry === active ? "page" : undefined}
            label={translate(language, entry.label[language])}
            leftSection={<entry.icon size={18} stroke={1.7} />}
            rightSection={
              entry.mark && (
                <Suspense fallback={null}>
                  <entry.mark />
                </Suspense>
              )
            }
            variant="light"
            className="navigation-entry"
          />
        ))}
      </div>
    </section>
  );
}

function useFolds() {
  const key = foldsKey(useSession().staff.id);
  const [folds, setFolds] = useState(() => readFolds(localStorage.getItem(key)));
  const toggle = (section: Section) => {
    const next = toggleFold(folds, section);
    localStorage.setItem(key, writeFolds(next));
    setFolds(next);
  };
  return { folds, toggle };
}
