import { ActionIcon } from "@mantine/core";
import { IconHelp } from "@tabler/icons-react";
import { createContext, useContext } from "react";
import { Link, useLocation } from "wouter";
import { useShellTexts } from "./language.tsx";

const HelpContext = createContext<string | null>(null);

/** The address where somebody reads about a screen; null: there is none around these screens. */
export const HelpProvider = HelpContext.Provider;

/** From a screen to what is written about it, but for help itself. */
export function HelpLink() {
  const t = useShellTexts();
  const help = useContext(HelpContext);
  const [path] = useLocation();
  if (help === null || path === help || path.startsWith(`${help}/`)) return null;
  return (
    <ActionIcon
      component={Link}
      href={`${help}?about=${encodeURIComponent(path)}`}
      variant="subtle"
      color="gray"
      className="help-link"
      aria-label={t("help-about")}
      title={t("help-about")}
    >
      <IconHelp size={18} stroke={1.7} />
    </ActionIcon>
  );
}
