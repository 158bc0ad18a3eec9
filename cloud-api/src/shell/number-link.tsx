import type { ReactNode } from "react";
import { Link } from "wouter";

type NumberLinkProps = {
  /** None: nothing stands behind it. */
  href: string | null | undefined;
  /** It is read aloud only: no stop of the Tab key. */
  isHidden?: boolean;
  children: ReactNode;
};

/** A number that opens what it counts. */
export function NumberLink({ href, isHidden = false, children }: NumberLinkProps) {
  if (href === null || href === undefined) return children;
  return (
    <Link href={href} className="plain-link number-link" tabIndex={isHidden ? -1 : undefined}>
      {children}
    </Link>
  );
}
