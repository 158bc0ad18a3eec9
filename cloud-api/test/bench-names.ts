import { foldText } from "../src/features/customers/rules.ts";

/** As common among invented people as the names are in Vietnam: one name in two begins so, or so. */
const FAMILIES = [
  ...["Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê"],
  ...["Lê", "Phạm", "Huỳnh", "Hoàng", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ"],
];
const MIDDLES = ["Thị", "Văn", "Minh", "Thanh", "Ngọc", "Quốc", "Hồng", "Đức", "Thuỳ", "Bảo"];
const GIVEN = [
  ...["Lan", "Hạnh", "Đạt", "Hương", "Dũng", "Thảo", "Tuấn", "Linh", "Hà", "Phương", "Nam", "Mai"],
  ...["Sơn", "Yến", "Khánh", "Quân", "Anh", "Châu", "Giang", "Huy", "Tâm", "Uyên", "Kiệt", "Xuyến"],
];
/** What every address ends in. */
const HOST = "example.com";
/** One customer in so many has an address. */
const ADDRESSED_IN = 2;

/** An expression that looks like chance, from 0 on below a bound; another one for each salt. */
export type Pick = (salt: number, below: number) => string;

const choose = (words: readonly string[], place: string) =>
  `(array[${words.map((word) => `'${word}'`).join(", ")}])[1 + ${place}]`;

/** What customer `number` is called and reached by, as expressions of SQL. */
export function describePerson(number: string, pick: Pick) {
  const places = [
    [FAMILIES, pick(21, FAMILIES.length)],
    [MIDDLES, pick(22, MIDDLES.length)],
    [GIVEN, pick(23, GIVEN.length)],
  ] as const;
  const isAddressed = `${pick(24, ADDRESSED_IN)} = 0`;
  const digits = `'8491' || lpad((${number})::text, 7, '0')`;
  return {
    name: places.map(([words, place]) => choose(words, place)).join(` || ' ' || `),
    phone: `'+' || ${digits}`,
    email: `case when ${isAddressed} then 'k' || (${number})::text || '@${HOST}' end`,
    /** A row for each word that the customer is found by, or null. */
    words: [
      ...places.map(([words, place]) => choose(words.map(foldText), place)),
      ...[digits, `substr(${digits}, 3)`, `'~' || reverse(${digits})`],
      `case when ${isAddressed} then 'k' || (${number})::text || '@${HOST}' end`,
      ...HOST.split(".").map((word) => `case when ${isAddressed} then '${word}' end`),
    ],
  };
}
