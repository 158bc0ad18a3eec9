import {
  type ConsentPurpose,
  hashLegalWords,
  type Language,
  type LegalText,
} from "@foyer/contract";
import type { Reader, Transaction } from "./open.ts";

/** The words of a legal text in one language. */
export type LegalWords = {
  sha256: string;
  purpose: ConsentPurpose;
  version: number;
  language: Language;
  label: string;
  body: string;
};

/** Keeps every text of the settings: they may hold other words tomorrow, and a consent names these. */
export function keepLegalWords(tx: Transaction, texts: readonly LegalText[]): void {
  for (const words of listLegalWords(texts))
    tx.sql(
      `insert into legal_words (sha256, purpose, version, language, label, body)
       values (?, ?, ?, ?, ?, ?) on conflict (sha256) do nothing`,
    ).run(...[words.sha256, words.purpose, words.version, words.language, words.label, words.body]);
}

/** The words with this hash, whenever they were in force; null where this box never had them. */
export function findLegalWords(tx: Reader, sha256: string): LegalWords | null {
  const row = tx.sql("select * from legal_words where sha256 = ?").get(sha256);
  return (row as LegalWords | undefined) ?? null;
}

/** Each text in each language it is written in. */
export function listLegalWords(texts: readonly LegalText[]): LegalWords[] {
  return texts.flatMap(({ purpose, version, label: labels, body: bodies }) =>
    (Object.keys(labels) as Language[]).flatMap((language) => {
      const label = labels[language];
      if (!label) return [];
      const body = bodies[language] ?? "";
      return [{ sha256: hashLegalWords({ label, body }), purpose, version, language, label, body }];
    }),
  );
}
