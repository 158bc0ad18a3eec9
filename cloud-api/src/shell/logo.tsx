/** A doorway with someone in it. Drawn here, so that nothing is fetched for it. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="var(--mantine-primary-color-filled)" />
      <path
        d="M10 25V13a6 6 0 0 1 12 0v12"
        fill="none"
        stroke="#fff"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
      <circle cx="16" cy="19.5" r="2.4" fill="#fff" />
    </svg>
  );
}

export function LogoWithName() {
  return (
    <span style={{ display: "flex", alignItems: "center", gap: 10 }}>
      <Logo />
      <span style={{ fontSize: 18, fontWeight: 700, letterSpacing: "-0.02em" }}>Foyer</span>
    </span>
  );
}
