import { MantineThemeProvider } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import { useShellTexts } from "./language.tsx";

/** Gives the buttons that inputs bring along a name in the reader's language. */
export function NamedButtons({ children }: { children: ReactNode }) {
  const t = useShellTexts();
  const theme = useMemo(
    () => ({ components: { InputClearButton: { defaultProps: { "aria-label": t("clear") } } } }),
    [t],
  );
  return <MantineThemeProvider theme={theme}>{children}</MantineThemeProvider>;
}
