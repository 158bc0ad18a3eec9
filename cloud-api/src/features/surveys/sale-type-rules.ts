import { isForSaleType, type LocalText, type Survey } from "@foyer/contract";

type Named = { id: string; name: LocalText; isOver: boolean };

/** Without the spaces around them, and without those that say nothing; null: none says anything. */
export function tidyName(name: LocalText): LocalText | null {
  const said = Object.entries(name).flatMap(([language, text = ""]) =>
    text.trim() === "" ? [] : [[language, text.trim()]],
  );
  return said.length === 0 ? null : Object.fromEntries(said);
}

/** One of the others, which nobody could tell from this one in some language; null: there is none. */
export function findNamesake<Type extends Named>(
  { id, name }: Omit<Named, "isOver">,
  others: readonly Type[],
): Type | null {
  const fold = (text: string) => text.normalize("NFC").toLowerCase();
  const said = new Map(Object.entries(name).map(([language, text]) => [language, fold(text)]));
  const isSame = (other: Type) =>
    Object.entries(other.name).some(([language, text]) => said.get(language) === fold(text));
  return others.find((other) => other.id !== id && !other.isOver && isSame(other)) ?? null;
}

/** Those that an answer to a survey can be about. */
export const listSaleTypesOf = (
  survey: Pick<Survey, "saleTypeIds">,
  saleTypes: readonly Named[],
): { id: string; name: LocalText }[] =>
  saleTypes.flatMap(({ id, name, isOver }) =>
    !isOver && isForSaleType(survey, id) ? [{ id, name }] : [],
  );
